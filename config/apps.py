from django.apps import AppConfig

from config import checks

__all__ = ["ProjectConfig", "checks"]  # importing the checks registers them


class ProjectConfig(AppConfig):
    name = "config"
    label = "project"
