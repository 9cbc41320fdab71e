"""Password hashing with modest memory: Django's Argon2 default takes 100 MiB for each attempt, a gift to attackers."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class ModestArgon2(Argon2PasswordHasher):
    """OWASP's parameters for Argon2id: 19 MiB, 2 passes, 1 lane."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
