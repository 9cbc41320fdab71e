"""A repeated POST happens once."""

import threading

import pytest
from django.db import connection
from django.urls import path
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from core.api import ApiView
from core.errors import Conflict
from core.idempotency import idempotent
from core.models import IdempotencyKey, PeriodicJob

gate = threading.Event()


class Pay(ApiView):
    @idempotent
    def post(self, request):
        number = PeriodicJob.objects.count() + 1
        PeriodicJob.objects.create(name=f"payment-{number}", next_run_at=timezone.now())
        if request.data.get("wait"):
            gate.wait(10)
        if request.data.get("fail"):
            raise Conflict("sold_out")
        return Response({"number": number, "amount": request.data.get("amount")}, status=201)


urlpatterns = [path("pay", Pay.as_view())]
pytestmark = pytest.mark.urls(__name__)


def pay(client: APIClient, key: str | None = "k1", **body):
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post("/pay", body, format="json", headers=headers)


def test_same_key_answers_what_was_answered(alice, api):
    first, second = pay(api(alice), amount=5), pay(api(alice), amount=5)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json() == {"number": 1, "amount": 5}
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert PeriodicJob.objects.count() == 1


def test_other_body_under_the_same_key_is_refused(alice, api):
    pay(api(alice), amount=5)
    answer = pay(api(alice), amount=6)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert PeriodicJob.objects.count() == 1


def test_keys_of_two_people_do_not_meet(alice, bob, api):
    pay(api(alice), amount=5)
    assert pay(api(bob), amount=6).json()["number"] == 2


def test_failed_request_leaves_nothing_and_frees_the_key(alice, api):
    assert pay(api(alice), fail=True).status_code == 409
    assert PeriodicJob.objects.count() == 0
    assert IdempotencyKey.objects.count() == 0
    assert pay(api(alice), amount=1).status_code == 201


@pytest.mark.parametrize("key", [None, "", "x" * 129, "ключ"])
def test_key_is_needed(alice, api, key):
    answer = pay(api(alice), key=key.encode("utf-8").decode("latin-1") if key else key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_needed")


@pytest.mark.django_db(transaction=True)
def test_request_of_a_dead_process_is_started_again(alice, api):
    pay(api(alice), amount=5)
    IdempotencyKey.objects.update(status=None)
    PeriodicJob.objects.all().delete()
    assert pay(api(alice), amount=5).json()["code"] == "idempotency_key_running"
    IdempotencyKey.objects.update(claimed_at="2020-01-01T00:00Z")
    assert pay(api(alice), amount=5).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_happen_once(alice, api):
    answers: list[int] = []

    def run() -> None:
        answers.append(pay(api(alice), amount=5).status_code)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert PeriodicJob.objects.count() == 1
