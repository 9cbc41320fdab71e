"""Listings from a spreadsheet: looked through, made so row by row, again and again, and out again."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import limits
from market import import_runs
from market.import_rows import COLUMNS
from market.models import Listing, ListingImport, OutboxEvent, ProhibitedRule, Shop, Stock, StockMovement
from market.tasks.importing import resume_imports
from tests.market.scenes import make_listing, make_shop
from tests.messenger.scenes import body_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/market/imports"
HEAD = "external_id,title,category,price,stock,state,attribute:bike_type,attribute:frame_size,attribute:electric"
TWO = f"""{HEAD}
A1,Green bicycle,leisure/bicycles/,180.50,3,published,City,54,no
A2,"Blue one, old",leisure/bicycles,"90,5",1,draft,road,"56,5",yes
"""


@pytest.fixture(autouse=True)
def _tree(categories):
    limits.reset()


def send(client, text, *, name="stock.csv", encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return client.post(URL, {"file": SimpleUploadedFile(name, content, "text/csv")}, format="multipart")


@pytest.fixture
def bring(api, alice, run_all_tasks):
    """bring(text): checked, started, done; the answer at the end."""

    def run(text, **how):
        limits.reset()
        made = send(api(alice), text, **how)
        assert made.status_code == 201, made.json()
        path = f"{URL}/{made.json()['id']}"
        assert api(alice).post(f"{path}/run").status_code == 202
        run_all_tasks()
        return api(alice).get(path).json()

    return run


def counts(answer) -> tuple[int, ...]:
    return tuple(answer[f"{name}_count"] for name in ("created", "updated", "unchanged", "failed"))


def test_nothing_changes_until_it_is_started(api, alice):
    answer = send(api(alice), TWO)
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["row_count"], answer.json()["errors"]) == ("checked", 2, [])
    assert not Listing.objects.exists()


def test_rows_become_listings(api, alice, bring):
    done = bring(TWO)
    assert (done["state"], counts(done), done["errors"]) == ("done", (2, 0, 0, 0), [])
    one, two = Listing.objects.order_by("external_id")
    assert (one.title, one.state, one.price_minor) == ("Green bicycle", "published", 18_050)
    assert one.attributes == {"bike_type": "city", "frame_size": 54, "electric": False}
    assert (two.title, two.state, two.price_minor) == ("Blue one, old", "draft", 9_050)
    assert two.attributes == {"bike_type": "road", "frame_size": 56.5, "electric": True}
    assert Stock.objects.get(variant__listing=one).on_hand == 3
    assert one.delivery_options.count() == 2
    assert ListingImport.objects.get().text == ""


def test_again_it_changes_nothing(bring):
    bring(TWO)
    before = (list(Listing.objects.values()), StockMovement.objects.count(), OutboxEvent.objects.count())
    again = bring(TWO)
    assert counts(again) == (0, 0, 2, 0)
    assert (list(Listing.objects.values()), StockMovement.objects.count(), OutboxEvent.objects.count()) == before


def test_what_differs_is_changed_and_what_is_empty_stays(alice, bring):
    bring(TWO)
    more = f"{HEAD}\nA1,,,99.00,5,,,,\nA2,Blue bicycle,,,,published,,,\n"
    assert counts(bring(more)) == (0, 2, 0, 0)
    one, two = Listing.objects.order_by("external_id")
    assert (one.title, one.price_minor, Stock.objects.get(variant__listing=one).on_hand) == ("Green bicycle", 9_900, 5)
    assert OutboxEvent.objects.get(kind="listing.price_dropped").listing_id == one.pk
    assert (two.title, two.state, two.price_minor) == ("Blue bicycle", "published", 9_050)


def test_rows_of_one_number_are_variants(bring):
    text = "external_id,title,variant,price,stock,sku\nS1,Shirt,S,10,2,S-S\nS1,,M,11,0,S-M\nS1,,L,12,any,S-L\n"
    assert counts(bring(text)) == (1, 2, 0, 0)
    listing = Listing.objects.get()
    assert (listing.price_minor, listing.price_max_minor) == (1_000, 1_200)
    assert list(listing.variants.values_list("name", "sku", "is_stock_tracked")) == [
        ("S", "S-S", True), ("M", "S-M", True), ("L", "S-L", False)
    ]  # fmt: skip
    assert counts(bring(text)) == (0, 0, 3, 0)


BROKEN = [
    (",No number,,1,1,draft,,,", "external_id", "external_id_needed"),
    ("B,x,no/such,1,1,draft,,,", "category", "category_not_found"),
    ("B,x,,ten,1,draft,,,", "price", "bad_amount"),
    ("B,x,,-1,1,draft,,,", "price", "bad_amount"),
    ("B,x,,1.555,1,draft,,,", "price", "bad_amount"),
    ("B,x,,1e9,1,draft,,,", "price", "bad_amount"),
    ("B,x,,99999999999999,1,draft,,,", "price", "bad_amount"),
    ("B,x,,1,-1,draft,,,", "stock", "bad_quantity"),
    ("B,x,,1,1.5,draft,,,", "stock", "bad_quantity"),
    ("B,x,,1,1000000000,draft,,,", "stock", "bad_quantity"),
    ("B,x,,1,1,gone,,,", "state", "bad_choice"),
    ("B,x,leisure/bicycles,1,1,draft,rocket,,", "attribute:bike_type", "bad_attribute"),
    ("B,x,leisure/bicycles,1,1,draft,,huge,", "attribute:frame_size", "bad_attribute"),
    ("B,x,,1,1,draft,city,,", "category", "category_needed"),
    ("B,x,,1,1,draft,,,,,more", "", "too_many_cells"),
    (f"B,{'x' * 121},,1,1,draft,,,", "title", "too_long"),
]


@pytest.mark.parametrize(("row", "column", "code"), BROKEN)
def test_a_row_that_is_wrong_is_named_and_left_out(api, alice, bring, row, column, code):
    text = f"{HEAD}\nA1,Good,,1,1,draft,,,\n\n{row}\nA2,Good,,1,1,draft,,,\n"
    checked = send(api(alice), text).json()
    assert [(one["row"], one["column"], one["code"]) for one in checked["errors"]] == [(4, column, code)]
    assert checked["errors"][0]["message"]
    done = bring(text)
    assert (counts(done), [one["row"] for one in done["errors"]]) == ((2, 0, 0, 1), [4])
    assert set(Listing.objects.values_list("external_id", flat=True)) == {"A1", "A2"}


def test_what_cannot_be_published_is_left_as_a_failure(bring):
    ProhibitedRule.objects.create(words="weed", reason="No.")
    text = f"{HEAD}\nA1,Weed,leisure/fitness,1,1,published,,,\nA2,Ball,leisure/bicycles,1,1,published,,,\n"
    done = bring(text)
    assert [(one["row"], one["code"]) for one in done["errors"]] == [(2, "prohibited"), (3, "listing_incomplete")]
    assert "attributes.bike_type" in done["errors"][1]["message"]
    assert not Listing.objects.exists()


def test_promised_pieces_are_not_taken_back(alice, bring):
    listing = make_listing(alice, external_id="A1", stock=5)
    Stock.objects.filter(variant__listing=listing).update(allocated=3)
    done = bring(f"{HEAD}\nA1,New name,,,2,,,,\n")
    assert (counts(done), done["errors"][0]["code"]) == ((0, 0, 0, 1), "stock_in_use")
    listing.refresh_from_db()
    assert listing.title == "A green bicycle"  # a row is all or nothing


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_however_it_was_saved(api, alice, bring, encoding, delimiter):
    text = f'external_id{delimiter}title{delimiter}price\r\nA1{delimiter}"Größe 5"{delimiter}"1,50"\r\n'
    assert counts(bring(text, encoding=encoding)) == (1, 0, 0, 0)
    listing = Listing.objects.get()
    assert (listing.title, listing.price_minor) == ("Größe 5", 150)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n  \n", "empty_file"),
        (b"title,price\nx,1\n", "column_missing"),
        (b"external_id,title,TITLE\n1,2,3\n", "duplicate_column"),
        (b"external_id\n\x81\x8d\n", "bad_encoding"),
        (b"external_id,title\nA,b\x00c\n", "bad_encoding"),
        (b"\xff\xfea", "bad_encoding"),
        (b"PK\x03\x04\x00\x00" * 50, "bad_encoding"),
        (b'external_id,title\nA,"' + b"x" * 200_000 + b'"\n', "bad_csv"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(api, alice, content, code):
    answer = send(api(alice), content or b" ")
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.json()
    assert not ListingImport.objects.exists()


def test_too_much_is_refused(api, alice, monkeypatch):
    monkeypatch.setattr(limits, "IMPORT_ROWS", 2)
    answer = send(api(alice), "external_id\n1\n2\n3\n")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_rows")
    monkeypatch.setattr(limits, "IMPORT_BYTES", 10)
    assert send(api(alice), TWO).json()["code"] == "file_too_large"
    assert api(alice).post(URL, {}, format="multipart").json()["code"] == "file_missing"


def test_columns_that_are_not_used_are_named(api, alice):
    answer = send(api(alice), "external_id,owner,view_count\nA1,2,99\n").json()
    assert [(one["column"], one["code"]) for one in answer["errors"]] == [
        ("owner", "unknown_column"), ("view_count", "unknown_column")
    ]  # fmt: skip
    assert answer["failed_count"] == 0


class Killed(BaseException):
    pass


def test_a_worker_that_is_killed_goes_on_where_it_was(api, alice, monkeypatch, run_all_tasks):
    rows = "".join(f"N{n},Thing {n},,1,1,draft,,,\n" for n in range(7))
    made = send(api(alice), f"{HEAD}\n{rows}").json()
    api(alice).post(f"{URL}/{made['id']}/run")
    real, seen = import_runs.apply_row, []

    def dying(by, row, *, reference):
        result = real(by, row, reference=reference)
        seen.append(row.external_id)
        if len(seen) == 4:
            raise Killed()
        return result

    monkeypatch.setattr(import_runs, "apply_row", dying)
    with pytest.raises(Killed):
        import_runs.run_bite(made["id"])
    one = ListingImport.objects.get()
    assert (one.done_count, one.created_count, Listing.objects.count()) == (3, 3, 3)
    assert import_runs.run_bite(made["id"]) is False
    one.refresh_from_db()
    assert (one.state, one.done_count, one.created_count) == ("done", 7, 7)
    assert sorted(seen) == ["N0", "N1", "N2", "N3", "N3", "N4", "N5", "N6"]
    assert Listing.objects.count() == 7
    assert import_runs.run_bite(made["id"]) is False
    assert Listing.objects.count() == 7


def test_large_files_are_taken_in_bites(bring, monkeypatch):
    monkeypatch.setattr(import_runs, "BITE", 2)
    rows = "".join(f"N{n},Thing {n},,1,1,draft,,,\n" for n in range(5))
    done = bring(f"{HEAD}\n{rows}")
    assert (counts(done), done["done_count"], done["state"]) == ((5, 0, 0, 0), 5, "done")


def test_a_lost_task_is_found(api, alice, run_all_tasks, time_machine):
    time_machine.move_to("2026-01-01T10:00:00Z")
    made = send(api(alice), TWO).json()
    ListingImport.objects.update(state="running", started_at="2026-01-01T09:00:00Z")
    resume_imports()
    run_all_tasks()
    assert api(alice).get(f"{URL}/{made['id']}").json()["state"] == "done"


def test_stopped_it_stays_stopped(api, alice, run_all_tasks):
    path = f"{URL}/{send(api(alice), TWO).json()['id']}"
    api(alice).post(f"{path}/run")
    assert api(alice).delete(path).json()["state"] == "cancelled"
    run_all_tasks()
    assert not Listing.objects.exists()
    assert api(alice).post(f"{path}/run").json()["code"] == "import_over"


def test_one_at_a_time_and_started_once(api, alice, run_all_tasks):
    first = f"{URL}/{send(api(alice), TWO).json()['id']}"
    assert api(alice).post(f"{first}/run").status_code == 202
    assert api(alice).post(f"{first}/run").status_code == 202
    second = f"{URL}/{send(api(alice), TWO).json()['id']}"
    answer = api(alice).post(f"{second}/run")
    assert (answer.status_code, answer.json()["code"]) == (409, "import_running")
    run_all_tasks()
    assert Listing.objects.count() == 2
    assert len(api(alice).get(URL).json()["results"]) == 2


def test_others_see_and_start_nothing(api, alice, bob):
    path = f"{URL}/{send(api(alice), TWO).json()['id']}"
    assert api(bob).get(path).json()["code"] == "shop_not_found"
    make_shop(bob)
    for method, part in (("get", ""), ("delete", ""), ("post", "/run")):
        answer = getattr(api(bob), method)(f"{path}{part}")
        assert (answer.status_code, answer.json()["code"]) == (404, "import_not_found")
    assert api().post(f"{path}/run").status_code == 401


def test_the_number_of_another_shop_is_another_listing(api, alice, bob, bring):
    foreign = make_listing(bob, external_id="A1")
    bring(f"external_id,title\nA1,Mine\n#{foreign.pk},Stolen\n")
    foreign.refresh_from_db()
    assert foreign.title == "A green bicycle"
    assert list(Listing.objects.filter(shop__owner=alice).values_list("title", flat=True)) == ["Mine"]


# --- out again ------------------------------------------------------------------------------------


def export(api, user) -> list[dict[str, str]]:
    response = api(user).get("/api/v1/market/exports/listings.csv")
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(body_of(response).decode("utf-8-sig"))))


def test_what_comes_out_goes_in_unchanged(api, alice, bob, bring):
    listing = make_listing(alice, description='Two\nlines, “quoted”; "twice"', place="")
    make_listing(alice, state="draft", external_id="Z9", stock=None, takes_offers=False)
    make_listing(alice, state="deleted")
    make_listing(bob)
    rows = export(api, alice)
    assert [row["external_id"] for row in rows] == [f"#{listing.pk}", "Z9"]
    assert set(COLUMNS) <= rows[0].keys()
    assert (rows[0]["price"], rows[0]["stock"], rows[0]["attribute:bike_type"]) == ("100.00", "1", "city")
    content = body_of(api(alice).get("/api/v1/market/exports/listings.csv"))
    bring(content)  # what the index says of a listing that was made the short way
    before = list(Listing.objects.order_by("pk").values())
    done = bring(content)
    assert (counts(done), done["errors"]) == ((0, 0, 2, 0), [])
    assert list(Listing.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5 °C", "@home", "=cmd|' /C calc'!A0", "'=1", "'quoted'", "plain"])
def test_cells_are_no_formulas(api, alice, bring, text):
    listing = make_listing(alice, title=text)
    cell = export(api, alice)[0]["title"]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    bring(body_of(api(alice).get("/api/v1/market/exports/listings.csv")))
    listing.refresh_from_db()
    assert listing.title == text


def test_outsiders_export_nothing(api, alice, bob):
    make_listing(alice)
    assert api(bob).get("/api/v1/market/exports/listings.csv").json()["code"] == "shop_not_found"
    assert api().get("/api/v1/market/exports/listings.csv").status_code == 401


def test_amounts_of_other_currencies(api, alice, bring):
    make_shop(alice, currency="JPY")
    done = bring("external_id,price\nA,1200\nB,12.5\n")
    assert done["errors"][0]["code"] == "bad_amount"
    Shop.objects.update(currency="KWD")
    bring("external_id,price\nC,1.234\n")
    assert dict(Listing.objects.values_list("external_id", "price_minor")) == {"A": 1_200, "C": 1_234}
