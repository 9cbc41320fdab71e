"""The index of stories: a table that is no model, made in each database's own way."""

from django.db import migrations

from core.search import Index

index = Index("story")


class Migration(migrations.Migration):
    dependencies = [("news", "0001_initial")]
    operations = [migrations.RunPython(index.create, index.drop)]
