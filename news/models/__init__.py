from news.models.cluster import Cluster, StoryKey
from news.models.reader import Affinity, Bookmark, Opened, Rule
from news.models.reading import Follow, ReadException, ReadMark
from news.models.source import Feed, FetchDomain, FetchLog, Source
from news.models.story import Correction, Story, StoryText
from news.models.topic import StoryTopic, TopicFollow

__all__ = [
    "Affinity", "Bookmark", "Cluster", "Correction", "Feed", "FetchDomain", "FetchLog", "Follow", "Opened",
    "ReadException", "ReadMark", "Rule", "Source", "Story", "StoryKey", "StoryText", "StoryTopic", "TopicFollow",
]  # fmt: skip
