"""A draft, its form and a picture, as the seller's browser sends them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(name: str = "bicycle.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")
