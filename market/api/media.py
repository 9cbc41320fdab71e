"""/media/listing-photos/… and /media/shop-photos/…: pictures for everybody who may see what they show."""

import re

from django.urls import path
from drf_spectacular.utils import extend_schema

from core.errors import NotFound
from core.media import PictureView
from market.access.photos import photo_for_viewing, shop_photo_for_viewing
from market.serializers.listings import PHOTO_FOLDER

_NAME = re.compile(rf"{PHOTO_FOLDER}/([0-9a-zA-Z_-]{{8,40}})-(tiny|small|medium|large)\.webp")


@extend_schema(exclude=True)
class ListingPhotoFile(PictureView):
    folder = PHOTO_FOLDER

    def check_may_see(self, key: str) -> bool:
        match = _NAME.fullmatch(key)
        if match is None:
            raise NotFound()
        return photo_for_viewing(self.user, match[1])


@extend_schema(exclude=True)
class ShopPhotoFile(PictureView):
    folder = "shop-photos"

    def check_may_see(self, key: str) -> bool:
        return shop_photo_for_viewing(self.user, key)


urlpatterns = [
    path("listing-photos/<str:name>", ListingPhotoFile.as_view()),
    path("shop-photos/<str:name>", ShopPhotoFile.as_view()),
]
