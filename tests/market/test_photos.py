"""The photos of a listing: judged, freed of what they tell, made small, in order, and seen by who may."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import limits
from market import photo_files
from market.models import ListingPhoto, OutboxEvent
from market.tasks.photos import process_photo, process_stuck_photos, sweep_photo_files
from moderation.models import Report
from tests.conftest import make_user
from tests.market.scenes import make_listing, make_photo, make_shop
from tests.messenger.scenes import animation, body_of, picture, telling_jpeg

pytestmark = pytest.mark.django_db


def upload(client, listing, content=None, *, name="IMG_1.jpg", type_="image/jpeg", **more):
    file = SimpleUploadedFile(name, picture() if content is None else content, type_)
    return client.post(f"/api/v1/market/listings/{listing.pk}/photos", {"photo": file, **more}, format="multipart")


def test_four_sizes_without_what_the_camera_knew(api, alice, run_all_tasks):
    listing = make_listing(alice)
    answer = upload(api(alice), listing, telling_jpeg(2400, 1600, orientation=6), alt="From  the\nside")
    assert answer.status_code == 201, answer.content
    assert (answer.json()["state"], answer.json()["alt"], answer.json()["sizes"]) == ("processing", "From the side", {})
    assert answer.json()["thumb"].startswith("data:image/webp")
    source = ListingPhoto.objects.get().source.name
    run_all_tasks()
    photo = ListingPhoto.objects.get()
    assert photo.state == "ready"
    assert photo.sizes == {"tiny": [107, 160], "small": [320, 480], "medium": [640, 960], "large": [1280, 1920]}
    assert not default_storage.exists(source)
    assert photo.source.name == ""
    for size, made in api().get(f"/api/v1/market/listings/{listing.pk}").json()["photos"][0]["sizes"].items():
        response = api().get(made["url"])
        assert response.status_code == 200
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        content = body_of(response)
        assert b"SecretCamera" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, list(image.size), dict(image.getexif())) == ("WEBP", photo.sizes[size], {})


def test_a_small_picture_has_no_large_size(api, alice, run_all_tasks):
    listing = make_listing(alice)
    upload(api(alice), listing, picture(400, 300))
    run_all_tasks()
    assert list(ListingPhoto.objects.get().sizes) == ["tiny", "small"]


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<script>", b"x" * 999]
)
def test_what_is_no_picture_is_refused(api, alice, content):
    answer = upload(api(alice), make_listing(alice), content or b"\x00")
    assert (answer.status_code, answer.json()["code"]) == (400, "photo_unreadable")
    assert not ListingPhoto.objects.exists()
    assert not default_storage.exists(photo_files.SOURCES) or default_storage.listdir(photo_files.SOURCES)[1] == []


def test_a_bomb_is_refused_before_it_goes_off(api, alice):
    bomb = io.BytesIO()
    Image.new("1", (16_000, 16_000)).save(bomb, "PNG")
    answer = upload(api(alice), make_listing(alice), bomb.getvalue())
    assert (answer.status_code, answer.json()["code"]) == (413, "photo_too_large")


def test_too_many_bytes(api, alice, monkeypatch):
    monkeypatch.setattr(limits, "PHOTO_BYTES", 1_000)
    assert upload(api(alice), make_listing(alice)).json()["code"] == "photo_too_large"


def test_a_form_without_a_photo(api, alice):
    listing = make_listing(alice)
    answer = api(alice).post(f"/api/v1/market/listings/{listing.pk}/photos", {"alt": "x"}, format="multipart")
    assert answer.json()["code"] == "photo_missing"
    assert api(alice).post(f"/api/v1/market/listings/{listing.pk}/photos", {}, format="json").status_code == 415


def test_not_more_than_twelve(api, alice):
    listing = make_listing(alice)
    for _one in range(12):
        make_photo(listing)
    answer = upload(api(alice), listing)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_photos")


def test_order_words_and_removal(api, alice, run_all_tasks):
    listing = make_listing(alice)
    ids = [upload(api(alice), listing, picture(200 + n, 200)).json()["id"] for n in range(3)]
    run_all_tasks()
    path = f"/api/v1/market/listings/{listing.pk}/photos"
    turned = api(alice).put(f"{path}/order", {"photos": ids[::-1]}, format="json").json()
    assert [photo["id"] for photo in turned["photos"]] == ids[::-1]
    assert turned["photo"]["id"] == ids[2]
    for wrong in (ids[:2], [*ids, ids[0]], [*ids[:2], 2**40], []):
        assert api(alice).put(f"{path}/order", {"photos": wrong}, format="json").json()["code"] == "not_the_photos"
    assert api(alice).patch(f"{path}/{ids[0]}", {"alt": "Bell"}, format="json").json()["alt"] == "Bell"
    key = ListingPhoto.objects.get(pk=ids[0]).key
    assert api(alice).delete(f"{path}/{ids[0]}").status_code == 204
    assert api(alice).delete(f"{path}/{ids[0]}").json()["code"] == "photo_not_found"
    run_all_tasks()
    assert not default_storage.exists(photo_files.name_of(key, "tiny"))
    assert api().get(f"/media/listing-photos/{key}-tiny.webp").status_code == 404


def test_others_add_and_remove_nothing(api, alice, bob):
    listing, own = make_listing(alice), make_listing(bob)
    photo = make_photo(listing)
    assert upload(api(bob), listing).json()["code"] == "listing_not_found"
    assert api(bob).delete(f"/api/v1/market/listings/{listing.pk}/photos/{photo.pk}").status_code == 404
    assert api(bob).delete(f"/api/v1/market/listings/{own.pk}/photos/{photo.pk}").json()["code"] == "photo_not_found"
    assert ListingPhoto.objects.get() == photo


def stored_photo(listing, **extra) -> ListingPhoto:
    photo = make_photo(listing, **extra)
    for size in photo.sizes:
        default_storage.save(photo_files.name_of(photo.key, size), ContentFile(b"picture"))
    return photo


def see(client, photo, size="small"):
    return client.get(f"/media/listing-photos/{photo.key}-{size}.webp")


@pytest.mark.parametrize(
    ("state", "outsider", "seller"),
    [("published", 200, 200), ("paused", 200, 200), ("sold", 200, 200), ("expired", 200, 200), ("draft", 404, 200),
     ("removed", 404, 200), ("deleted", 404, 404)],
)  # fmt: skip
def test_who_sees_a_photo(api, alice, bob, state, outsider, seller):
    photo = stored_photo(make_listing(alice, state=state))
    assert [see(api(person), photo).status_code for person in (None, bob, alice)] == [outsider, outsider, seller]
    if (state, seller) == ("draft", 200):
        assert see(api(alice), photo)["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    "name", ["x.webp", "..-tiny.webp", "%2e%2e%2fsecret-tiny.webp", "abcdefgh-huge.webp", "a" * 300]
)
def test_names_that_are_none(api, alice, name):
    stored_photo(make_listing(alice))
    assert api(alice).get(f"/media/listing-photos/{name}").status_code == 404


def test_moderators_see_what_is_reported(api, alice, bob):
    photo = stored_photo(make_listing(alice, state="removed"))
    mia = make_user("mia", is_staff=True, is_superuser=True)
    assert see(api(mia), photo).status_code == 404
    kept = {"listing": {"photos": [{"sizes": {"tiny": {"url": f"/media/listing-photos/{photo.key}-tiny.webp"}}}]}}
    report = Report.objects.create(target_kind="listing", target_id=1, reason="spam", evidence=kept)
    assert see(api(mia), photo).status_code == 200
    assert see(api(bob), photo).status_code == 404
    photo.delete()
    assert photo_files.discard(photo.key) is False  # kept until it is decided
    assert see(api(mia), photo).status_code == 200
    report.state = "dismissed"
    report.save()
    assert photo_files.discard(photo.key) is True
    assert see(api(mia), photo).status_code == 404


def test_processing_twice_is_once(api, alice, run_all_tasks):
    listing = make_listing(alice)
    upload(api(alice), listing)
    photo = ListingPhoto.objects.get()
    process_photo(photo=photo.pk)
    told = OutboxEvent.objects.filter(kind="listing.changed").count()
    made = ListingPhoto.objects.get().sizes
    process_photo(photo=photo.pk)
    process_photo(photo=2**40)
    assert ListingPhoto.objects.get().sizes == made
    assert OutboxEvent.objects.filter(kind="listing.changed").count() == told


def test_a_worker_that_died_in_between_starts_anew(api, alice):
    upload(api(alice), make_listing(alice))
    photo = ListingPhoto.objects.get()
    default_storage.save(photo_files.name_of(photo.key, "tiny"), ContentFile(b"half"))
    process_photo(photo=photo.pk)
    assert default_storage.open(photo_files.name_of(photo.key, "tiny")).read()[:4] == b"RIFF"
    assert len(default_storage.listdir("listing-photos")[1]) == len(ListingPhoto.objects.get().sizes)


def test_removed_while_it_was_made_leaves_nothing(api, alice, monkeypatch, run_all_tasks):
    upload(api(alice), make_listing(alice))
    photo = ListingPhoto.objects.get()
    real = photo_files._make_sizes

    def slow(row):
        real(row)
        ListingPhoto.objects.all().delete()

    monkeypatch.setattr(photo_files, "_make_sizes", slow)
    process_photo(photo=photo.pk)
    assert default_storage.listdir("listing-photos")[1] == []


def test_a_source_that_is_gone_fails(api, alice, run_all_tasks):
    listing = make_listing(alice)
    upload(api(alice), listing)
    photo = ListingPhoto.objects.get()
    default_storage.delete(photo.source.name)
    process_photo(photo=photo.pk)
    assert ListingPhoto.objects.get().state == "failed"
    assert api().get(f"/api/v1/market/listings/{listing.pk}").json()["photos"] == []
    assert api(alice).get(f"/api/v1/market/listings/{listing.pk}").json()["photos"][0]["state"] == "failed"


def test_animations_become_stills(api, alice, run_all_tasks):
    upload(api(alice), make_listing(alice), animation(), name="a.gif", type_="image/gif")
    run_all_tasks()
    assert ListingPhoto.objects.get().state == "ready"


def test_lost_tasks_are_found(api, alice, run_all_tasks, time_machine):
    time_machine.move_to("2026-01-01T10:00:00Z")
    make_photo(make_listing(alice), state="processing", sizes={}, source="listing-sources/gone")
    ListingPhoto.objects.update(created_at="2026-01-01T08:00:00Z")
    process_stuck_photos()
    run_all_tasks()
    assert ListingPhoto.objects.get().state == "failed"


def test_what_is_left_over_goes_after_days(api, alice, monkeypatch):
    photo = stored_photo(make_listing(alice))
    default_storage.save("listing-photos/0123456789abcdef-tiny.webp", ContentFile(b"x"))
    default_storage.save("listing-sources/orphan", ContentFile(b"x"))
    sweep_photo_files()
    assert len(default_storage.listdir("listing-photos")[1]) == 4
    monkeypatch.setattr(photo_files.time, "time", lambda: 4_000_000_000.0)
    sweep_photo_files()
    assert {name.rsplit("-", 1)[0] for name in default_storage.listdir("listing-photos")[1]} == {photo.key}
    assert default_storage.listdir("listing-sources")[1] == []


def test_the_photo_of_a_shop(api, alice, bob):
    shop = make_shop(alice)
    form = {"photo": SimpleUploadedFile("a.jpg", telling_jpeg(900, 600), "image/jpeg")}
    answer = api(alice).put("/api/v1/market/my-shop/photo", form, format="multipart")
    assert answer.status_code == 200, answer.content
    url = answer.json()["photo"]
    assert api().get(url)["Cache-Control"].startswith("public")
    assert b"SecretCamera" not in body_of(api(bob).get(url))
    shop.refresh_from_db()
    shop.closed_at = shop.created_at
    shop.save()
    assert [api(person).get(url).status_code for person in (None, bob, alice)] == [404, 404, 200]
    assert api(alice).delete("/api/v1/market/my-shop/photo").json()["photo"] is None
