"""The words that documents use, by trigram, so that a mistyped one finds its neighbours."""

from django.db import models


class SearchWord(models.Model):
    kind = models.CharField(max_length=16)  # the index it was learnt from
    word = models.CharField(max_length=24)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["kind", "word"], name="search_word_once")]

    def __str__(self) -> str:
        return self.word


class SearchGram(models.Model):
    kind = models.CharField(max_length=16)
    gram = models.CharField(max_length=3)
    length = models.PositiveSmallIntegerField()  # of the word
    word = models.ForeignKey(SearchWord, on_delete=models.CASCADE, related_name="grams", db_index=False)

    class Meta:
        app_label = "core"
        # Also the index that every look-up reads, and reads alone.
        constraints = [models.UniqueConstraint(fields=["kind", "gram", "length", "word"], name="search_gram_once")]
        indexes = [models.Index(fields=["word"], name="search_gram_of_word")]


class SearchMark(models.Model):
    """Up to which document the words of a kind have been learnt."""

    kind = models.CharField(max_length=16, primary_key=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        app_label = "core"
