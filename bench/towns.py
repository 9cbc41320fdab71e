"""Where the listings of the benchmark lie, and from where it looks for them."""

TOWNS = [  # latitude, longitude, millions of people
    ("Berlin", 52.52, 13.405, 3.7), ("Hamburg", 53.551, 9.994, 1.9), ("München", 48.137, 11.575, 1.5),
    ("Köln", 50.938, 6.96, 1.1), ("Frankfurt", 50.11, 8.682, 0.8), ("Stuttgart", 48.776, 9.183, 0.6),
    ("Leipzig", 51.34, 12.375, 0.6), ("Dresden", 51.05, 13.738, 0.6), ("Hannover", 52.374, 9.738, 0.5),
    ("Nürnberg", 49.452, 11.077, 0.5), ("Bremen", 53.075, 8.807, 0.6), ("Münster", 51.962, 7.626, 0.3),
]  # fmt: skip
