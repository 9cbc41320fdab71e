"""The group whose members moderate: they read what was reported and act on it, and can do nothing else."""

from django.db import migrations

GROUP = "Moderators"
# (app, model, permission). Django makes permissions only after all migrations have run, so these are made here.
PERMISSIONS = [
    ("moderation", "report", "view", "Can view report"),
    ("moderation", "report", "moderate", "Can act on reports: remove, mute, suspend, dismiss"),
    ("moderation", "sanction", "view", "Can view sanction"),
    ("moderation", "auditentry", "view", "Can view act of a moderator"),
    ("accounts", "user", "view", "Can view account"),
    ("messenger", "chat", "view", "Can view chat"),
    ("messenger", "message", "view", "Can view message"),
]


def add_group(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group, _is_new = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    for app, model, verb, name in PERMISSIONS:
        kind, _is_new = ContentType.objects.get_or_create(app_label=app, model=model)
        codename = verb if verb == "moderate" else f"{verb}_{model}"
        permission, _is_new = Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0002_labels"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(add_group, remove_group)]
