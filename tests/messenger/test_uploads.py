"""Uploads: in order, resumable, cancellable, bounded; nothing acknowledged is lost."""

import errno
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import Conflict
from core.tasks import periodic_jobs
from messenger.files import parts, sweeping, uploads
from messenger.models import Attachment, Upload
from tests.messenger.scenes import begin_upload, body_of, make_group, picture, put, say, upload
from tests.messenger.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def alices(api, alice):
    return api(alice)


def test_file_arrives_whole_in_pieces(alices):
    content = bytes(range(256)) * 10_000  # 2.4 MiB: three pieces
    made = upload(alices, content, name="data.bin", kind="file")
    assert (made["kind"], made["state"], made["size"]) == ("file", "ready", len(content))
    assert body_of(alices.get(made["url"])) == content


def test_upload_goes_on_after_a_break(alices):
    upload_id = begin_upload(alices, b"0123456789", kind="file").json()["id"]
    assert put(alices, upload_id, 0, b"0123").json() == {"received": 4}
    assert alices.get(f"/api/v1/uploads/{upload_id}").json()["received"] == 4
    assert put(alices, upload_id, 4, b"456789").json() == {"received": 10}
    assert alices.post(f"/api/v1/uploads/{upload_id}/finish").status_code == 201


def test_lost_answer_shows_in_the_next_offset(alices):
    """The piece was stored, the answer got lost: sending it again tells where to go on."""
    upload_id = begin_upload(alices, b"0123456789", kind="file").json()["id"]
    put(alices, upload_id, 0, b"01234")
    again = put(alices, upload_id, 0, b"01234")
    assert (again.status_code, again.json()["code"], again.json()["received"]) == (409, "wrong_offset", 5)


@pytest.mark.parametrize("offset", [3, 11, 10**14])
def test_gap_is_refused_with_the_place_to_go_on(alices, offset):
    upload_id = begin_upload(alices, b"0123456789", kind="file").json()["id"]
    answer = put(alices, upload_id, offset, b"x")
    assert (answer.status_code, answer.json()["received"]) == (409, 0)


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "٣", "9" * 30])
def test_bad_offset(alices, offset):
    upload_id = begin_upload(alices, b"0123456789", kind="file").json()["id"]
    answer = alices.patch(
        f"/api/v1/uploads/{upload_id}",
        b"x",
        content_type="application/octet-stream",
        headers={"Upload-Offset": offset.encode().decode("latin-1")},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_offset")


def test_bytes_the_disk_lost_are_asked_for_again(alices):
    upload_id = begin_upload(alices, b"0123456789", kind="file").json()["id"]
    put(alices, upload_id, 0, b"0123456789")
    with parts.locked(uuid.UUID(upload_id)) as part:
        part.truncate(6)
    finished = alices.post(f"/api/v1/uploads/{upload_id}/finish")
    assert (finished.status_code, finished.json()["received"]) == (409, 6)
    assert put(alices, upload_id, 6, b"6789").status_code == 200
    made = alices.post(f"/api/v1/uploads/{upload_id}/finish").json()
    assert body_of(alices.get(made["url"])) == b"0123456789"


def test_unfinished_upload_cannot_be_finished(alices):
    upload_id = begin_upload(alices, b"0123456789", kind="file").json()["id"]
    put(alices, upload_id, 0, b"0123")
    answer = alices.post(f"/api/v1/uploads/{upload_id}/finish")
    assert (answer.status_code, answer.json()["code"], answer.json()["received"]) == (409, "upload_incomplete", 4)


def test_finishing_twice_is_one_attachment(alices):
    upload_id = begin_upload(alices, b"0123", kind="file").json()["id"]
    put(alices, upload_id, 0, b"0123")
    first, second = (alices.post(f"/api/v1/uploads/{upload_id}/finish") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Attachment.objects.count() == 1
    assert not list(parts.folder().iterdir())


def test_finish_that_broke_before_the_commit_is_repeated(alices, monkeypatch):
    upload_id = begin_upload(alices, b"0123", kind="file").json()["id"]
    put(alices, upload_id, 0, b"0123")

    def die(*_args, **_kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(Attachment, "save", die)
        with pytest.raises(RuntimeError):
            alices.post(f"/api/v1/uploads/{upload_id}/finish")
    made = alices.post(f"/api/v1/uploads/{upload_id}/finish")
    assert made.status_code == 201
    assert body_of(alices.get(made.json()["url"])) == b"0123"


@pytest.mark.parametrize(("size", "code", "status"), [(0, "empty_file", 400), (104_857_601, "file_too_large", 413)])
def test_sizes_out_of_bounds(alices, size, code, status):
    answer = alices.post("/api/v1/uploads", {"name": "x", "size": size, "kind": "file"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_more_than_announced_is_refused_and_nothing_lost(alices):
    upload_id = begin_upload(alices, b"0123", kind="file").json()["id"]
    put(alices, upload_id, 0, b"01")
    answer = put(alices, upload_id, 2, b"2345")
    assert (answer.status_code, answer.json()["code"]) == (413, "beyond_the_end")
    assert put(alices, upload_id, 2, b"23").json() == {"received": 4}


def test_piece_over_one_mebibyte(alices):
    upload_id = begin_upload(alices, bytes(3_000_000), kind="file").json()["id"]
    answer = put(alices, upload_id, 0, bytes(1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "chunk_too_large")


def test_empty_piece(alices):
    upload_id = begin_upload(alices, b"0123", kind="file").json()["id"]
    assert put(alices, upload_id, 0, b"").json()["code"] == "empty_chunk"


def test_full_disk_keeps_what_is_safe(alices, monkeypatch):
    upload_id = begin_upload(alices, b"0123456789", kind="file").json()["id"]
    put(alices, upload_id, 0, b"0123")

    def no_space(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(parts, "write_chunk", no_space)
        answer = put(alices, upload_id, 4, b"456")
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert put(alices, upload_id, 4, b"456789").json() == {"received": 10}


def test_full_disk_is_said_before_the_upload(alices, monkeypatch):
    monkeypatch.setattr(parts, "RESERVE", 1 << 62)
    answer = begin_upload(alices, b"0123")
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")


def test_outsider_gets_404_everywhere(api, alices, charlie):
    upload_id = begin_upload(alices, b"0123", kind="file").json()["id"]
    stranger, path = api(charlie), f"/api/v1/uploads/{upload_id}"
    assert stranger.get(path).status_code == 404
    assert put(stranger, upload_id, 0, b"0123").status_code == 404
    assert stranger.post(f"{path}/finish").status_code == 404
    assert stranger.delete(path).status_code == 404
    assert api().get(path).status_code == 401


def test_cancelled_upload_is_gone(alices):
    upload_id = begin_upload(alices, b"0123", kind="file").json()["id"]
    put(alices, upload_id, 0, b"01")
    assert alices.delete(f"/api/v1/uploads/{upload_id}").status_code == 204
    assert alices.delete(f"/api/v1/uploads/{upload_id}").status_code == 404
    assert put(alices, upload_id, 2, b"23").status_code == 404
    assert not list(parts.folder().iterdir())


def test_cancel_after_finish_takes_the_file_back_unless_it_was_sent(alices, alice, bob):
    unsent = upload(alices, b"0123", name="a.bin", kind="file")
    alices.delete(f"/api/v1/uploads/{unsent['id']}")
    assert alices.get(unsent["url"]).status_code == 404
    sent = upload(alices, b"0123", name="a.bin", kind="file")
    say(alice, make_group(alice, bob), "look", attachments=[uuid.UUID(sent["id"])])
    alices.delete(f"/api/v1/uploads/{sent['id']}")
    assert alices.get(sent["url"]).status_code == 200


def test_too_many_uploads_at_once(alices, monkeypatch):
    monkeypatch.setattr(uploads.limits, "UPLOADS_AT_ONCE", 2)
    assert [begin_upload(alices, b"0123").status_code for _ in range(3)] == [201, 201, 429]


def test_wrong_fields(alices):
    answer = alices.post("/api/v1/uploads", {"name": "x", "size": "many", "kind": "exe"}, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"size", "kind"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\holiday.jpg", "holiday.jpg"),
        ("a\r\nSet-Cookie: x=1\r\n.txt", "aSet-Cookie_ x=1.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u200b\u2066", "file"),
        ("...", "file"),
        ("звіт 2026 – final.pdf", "звіт 2026 – final.pdf"),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
        ('a"b<c>.txt', "a_b_c_.txt"),
    ],
)
def test_names_are_made_harmless(alices, given, kept):
    assert upload(alices, b"0123", name=given, kind="file")["name"] == kept


def test_voice_note_takes_duration_and_peaks_from_the_client_clamped(alices):
    waveform = [value % 40 for value in range(200)]
    made = upload(alices, b"ID3\x04" + bytes(200), name="v.mp3", kind="voice", duration_ms=10**9, waveform=waveform)
    assert made["kind"] == "voice"
    assert made["duration_ms"] == 24 * 3600 * 1000
    assert len(made["waveform"]) == 64
    assert max(made["waveform"]) == 31


def test_sweeper_takes_stale_uploads_and_orphans_and_nothing_else(alices, alice, bob):
    stale = begin_upload(alices, b"0123", kind="file").json()["id"]
    put(alices, stale, 0, b"01")
    running = begin_upload(alices, b"0123", kind="file").json()["id"]
    put(alices, running, 0, b"01")
    orphan, sent = (upload(alices, b"0123", kind="file") for _ in range(2))
    say(alice, make_group(alice, bob), attachments=[uuid.UUID(sent["id"])])
    old = timezone.now() - timedelta(days=3)
    Attachment.objects.update(created_at=old)
    Upload.objects.exclude(pk=running).update(touched_at=old)
    sweeping.sweep_uploads()
    assert sweeping.sweep_orphans() == 1
    assert alices.get(f"/api/v1/uploads/{stale}").status_code == 404
    assert put(alices, running, 2, b"23").status_code == 200
    assert alices.get(orphan["url"]).status_code == 404
    assert alices.get(sent["url"]).status_code == 200


def test_sweeping_is_a_periodic_job():
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("tasks", "periodic")
    assert any(name.endswith("sweep_files") for name in periodic_jobs)


def test_photo_that_lost_its_task_is_taken_up_again(alices, run_all_tasks):
    made = upload(alices, picture())
    Attachment.objects.filter(pk=made["id"]).update(created_at=timezone.now() - timedelta(hours=2))
    assert sweeping.stuck_attachments() == [uuid.UUID(made["id"])]
    run_all_tasks()
    assert sweeping.stuck_attachments() == []


# --- at once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_piece_sent_twice_at_once_is_stored_once(api, alice):
    content = b"0123456789" * 1000
    upload_id = uuid.UUID(begin_upload(api(alice), content, kind="file").json()["id"])
    sending = {"by": alice, "upload_id": upload_id, "offset": 0, "chunk": content}
    results = together(*(lambda: uploads.append_chunk(**sending) for _ in range(4)))
    assert [one for one in results if one == len(content)] == [len(content)]
    assert [one.extra["received"] for one in results if isinstance(one, Conflict)] == [len(content)] * 3
    attachment, _is_new = uploads.finish_upload(by=alice, upload_id=upload_id)
    assert attachment.file.read() == content


@pytest.mark.django_db(transaction=True)
def test_finishing_at_once_is_one_attachment(api, alice):
    client = api(alice)
    upload_id = begin_upload(client, b"0123", kind="file").json()["id"]
    put(client, upload_id, 0, b"0123")
    results = together(*(lambda: uploads.finish_upload(by=alice, upload_id=uuid.UUID(upload_id)) for _ in range(4)))
    assert sorted(is_new for _attachment, is_new in results) == [False, False, False, True]
    assert Attachment.objects.get().file.read() == b"0123"


@pytest.mark.django_db(transaction=True)
def test_limit_of_uploads_holds_for_those_begun_at_once(alice, monkeypatch):
    monkeypatch.setattr(uploads.limits, "UPLOADS_AT_ONCE", 2)
    wanted = {"by": alice, "name": "x", "size": 4, "kind": "file"}
    together(*(lambda: uploads.create_upload(**wanted) for _ in range(5)))
    assert Upload.objects.count() == 2


def test_bytes_at_hand_take_the_same_way(alice, run_all_tasks):
    made = uploads.store_file(by=alice, name="a.jpg", content=picture(900, 600), kind="photo")
    run_all_tasks()
    made.refresh_from_db()
    assert (made.state, made.kind, set(made.sizes)) == ("ready", "photo", {"small", "medium", "large"})
