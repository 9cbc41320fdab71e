"""The tree of categories and the commission that a new service begins with (market/taxonomy.py)."""

from django.db import migrations

from market import taxonomy


def plant(apps, schema_editor):
    taxonomy.plant(
        apps.get_model("market", "Category"),
        apps.get_model("market", "Attribute"),
        apps.get_model("market", "CommissionRule"),
    )


class Migration(migrations.Migration):
    dependencies = [("market", "0002_search")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
