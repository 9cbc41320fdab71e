"""/media/news-pictures/…: pictures of stories, for whoever may read the story."""

import re

from django.urls import path
from drf_spectacular.utils import extend_schema

from accounts.models import User
from core.errors import NotFound
from core.media import PictureView
from news.models import Story
from news.pictures import FOLDER
from news.queries import stories_for_reader

_NAME = re.compile(rf"{FOLDER}/((\d{{1,18}})-[0-9a-f]{{12}})-(?:small|large)\.webp")


@extend_schema(exclude=True)
class StoryPictureFile(PictureView):
    folder = FOLDER

    def check_may_see(self, key: str) -> bool:
        match = _NAME.fullmatch(key)
        if match is None:
            raise NotFound()
        stories = Story.objects.filter(pk=int(match[2]), picture=match[1])
        if stories.out().public().exists():  # type: ignore[attr-defined]
            return True
        if isinstance(self.user, User) and (stories & stories_for_reader(self.user)).exists():
            return False
        raise NotFound()


urlpatterns = [path("news-pictures/<str:name>", StoryPictureFile.as_view())]
