import os
import shutil

import pytest

from tests.faults.world import World, postgres_database

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session", params=DATABASES)
def database_url(request):
    """ "" for SQLite; a new PostgreSQL database where the tests run on one."""
    if request.param == "sqlite":
        if os.environ.get("DATABASE_URL"):
            pytest.skip("this run is the one on PostgreSQL")
        yield ""
    elif url := os.environ.get("DATABASE_URL"):
        with postgres_database(url) as own:
            yield own
    else:
        pytest.skip("needs DATABASE_URL")


@pytest.fixture(scope="session")
def folder(database_url, tmp_path_factory):
    return tmp_path_factory.mktemp("world")


@pytest.fixture
def world(database_url, folder):
    made = World(folder, database_url)
    yield made
    made.stop_all()


needs_redis_server = pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server")
