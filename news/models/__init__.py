from news.models.reading import Follow, ReadException, ReadMark
from news.models.source import Feed, FetchDomain, FetchLog, Source
from news.models.story import Story, StoryText

__all__ = ["Feed", "FetchDomain", "FetchLog", "Follow", "ReadException", "ReadMark", "Source", "Story", "StoryText"]
