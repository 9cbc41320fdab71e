"""Several calls at the same time, each in a thread and on a connection of its own."""

import threading

from django.db import connection

from core.errors import DomainError


def together(*calls):
    """Run them at the same time; what each returned or raised."""
    results, barrier = [None] * len(calls), threading.Barrier(len(calls))

    def run(index):
        barrier.wait()
        try:
            results[index] = calls[index]()
        except DomainError as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
