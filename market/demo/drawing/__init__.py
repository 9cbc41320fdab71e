"""Drawn product photos: things (sketches) before backdrops (scenes). Pillow alone, no Django."""
