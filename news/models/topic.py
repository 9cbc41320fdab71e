"""What a story is about. The topics themselves are in news/topics.py."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from news.models.story import Story


class StoryTopic(models.Model):
    """Public stories only. Every one of them stands under the topic "" (all) as well."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(max_length=16)
    rank_key = models.FloatField()  # the story's
    published_at = models.DateTimeField()  # the story's

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "topic"], name="story_topic_once")]
        indexes = [
            models.Index(fields=["topic", "-rank_key"], name="story_topic_by_rank"),
            models.Index(fields=["topic", "-published_at", "-story"], name="story_topic_newest"),
        ]


class TopicFollow(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="news_topics")
    topic = models.CharField(max_length=16)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="follow_topic_once")]
