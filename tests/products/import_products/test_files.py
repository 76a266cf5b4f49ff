import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from products.models import Product
from tests.factories import ProductFactory
from tests.products.import_products.conftest import row, stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "name,price,category\nMug,4.50,Kitchen\nPan,20,Kitchen\n"),
        ("a.csv", "\ufeffname;price;category\r\nMug;4.50;Kitchen\r\nPan;20;Kitchen\r\n"),
        ("a.CSV", 'name\tprice\tcategory\n"Mug"\t4.50\tKitchen\nPan\t20\tKitchen'),
        ("a.json", json.dumps([row(), row(name="Pan", price="20.00")])),
        ("a.json", json.dumps({"total": 2, "results": [row(), row(name="Pan", price=20)]})),
        ("a.jsonl", f"{json.dumps(row())}\n\n{json.dumps(row(name='Pan', price=20))}\n"),
        (
            "a.ndjson",
            f"{json.dumps(row(category={'id': 'x', 'name': 'Kitchen'}))}\n{json.dumps(row(name='Pan', price=20))}",
        ),
    ],
)
def test_every_format_is_read(run, name, content):
    out, err = run(content, name=name)
    assert (out.strip(), err) == (
        "2 products created, 0 updated, 0 unchanged; 1 categories created; 0 bad rows skipped.",
        "",
    )
    assert stored() == [("Mug", Decimal("4.50"), "Kitchen"), ("Pan", Decimal("20.00"), "Kitchen")]


def test_columns_are_found_without_regard_to_case_and_blanks(run):
    out, _ = run("Name, PRICE ,Category\nMug,4.50,Kitchen\n", name="a.csv")
    assert out.startswith("1 products created")


def test_what_the_api_answers_can_be_imported(run, api):
    ProductFactory.create_batch(3)
    page = api.get("/api/products/").json()
    out, _ = run(page, "--key", "id")
    assert out.startswith("3 products created, 0 updated, 0 unchanged; 0 categories created")


def test_two_columns_cannot_fill_one_of_ours(run):
    _, err = run([{"a": "Mug", "b": "Pan", "price": 1, "category": "x"}], "--map", "a=name", "b=name")
    assert err == "--map: two columns cannot fill one of ours."
    _, err = run([{"a": "Mug", "price": 1, "category": "x"}], "--map", "a=name", "a=description")
    assert err == "--map: one column cannot fill two of ours."


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("[{", "a.json", "a.json is not valid JSON: "),
        ('{"a": 1}', "a.json", "a.json must hold a JSON list of objects."),
        ("[1]", "a.json", "a.json: row 1 is not a JSON object."),
        ("[" * 100_000, "a.json", "a.json is not valid JSON: nested too deep"),
        ('{"name": 1}\n{', "a.jsonl", "a.jsonl, line 2 is not valid JSON: "),
        (
            'name,price,category\nb,2,c\n"24" monitor",1,c\n',
            "a.csv",
            "a.csv is not valid CSV in line 3: ',' expected after '\"'.",
        ),
        (
            f"name,price,category\n{'x' * 200_000},1,c",
            "a.csv",
            "a.csv is not valid CSV in line 2: field larger than field limit",
        ),
        (
            'name,price,category\nb,2,c\n"a,1\nc,3',
            "a.csv",
            "a.csv is not valid CSV in lines 3 to 4: unexpected end of data.",
        ),
        ('"name,price\nb,2\n', "a.csv", "a.csv is not valid CSV in lines 1 to 2: unexpected end of data."),
        ("name,name,price\na,b,1", "a.csv", "a.csv has more than one column 'name'."),
        ("x", "a.xlsx", "a.xlsx: the name must end in one of: .csv, .json, .jsonl, .ndjson."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(run, content, name, message):
    _, err = run(content, name=name)
    assert message in err
    assert Product.objects.count() == 0


@pytest.mark.parametrize(
    "beginning", ["\n", "\ufeff\r\n \r\n", ";;;\n", "sep=;\n", "\ufeffSEP=;\r\n", '\n"sep=;";;\n\n']
)
def test_what_stands_before_the_header_is_not_taken_for_it(run, beginning):
    out, _ = run(f"{beginning}name;price;category\nMug;1,5;Kitchen\n", name="a.csv")
    assert out.startswith("1 products created")
    line = beginning.count("\n") + 2
    _, err = run(f'{beginning}name;price;category\n"Mug"s;1;Kitchen\n', name="a.csv")
    assert f"a.csv is not valid CSV in line {line}: " in err


def test_a_tab_is_a_delimiter_that_can_be_said(run):
    out, _ = run("sep=\t\nname, long\tprice\tcategory\nMug\t1\tKitchen\n", "--map", "name, long=name", name="a.csv")
    assert out.startswith("1 products created")


@pytest.mark.parametrize("content", ["", "\n\n", "sep=,\n"])
def test_a_csv_without_a_header_is_refused(run, content):
    _, err = run(content, name="a.csv")
    assert err == "a.csv is empty: its first line must name the columns."


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(CommandError, match=r"b\.csv cannot be read: No such file"):
        call_command("import_products", str(tmp_path / "b.csv"))


@pytest.mark.parametrize(
    ("encoding", "place"), [("cp1252", "line 5002, byte 4 is 0xE9"), ("utf-16", "line 1, byte 1 is 0x")]
)
def test_a_file_that_is_not_utf8_says_where_and_how_to_convert_it(tmp_path, encoding, place):
    path = tmp_path / "my list.csv"
    path.write_text("name,price,category\n" + "Mug,1,Kitchen\n" * 5000 + "Café,1,Kitchen\n", encoding=encoding)
    with pytest.raises(CommandError, match=f"^my list.csv is not UTF-8 text: {place}") as refused:
        call_command("import_products", str(path))
    assert Product.objects.count() == 0
    subprocess.run(str(refused.value).splitlines()[1], shell=True, check=True)
    call_command("import_products", str(tmp_path / "my list-utf8.csv"))
    assert Product.objects.filter(name="Café").count() == 1


def test_a_column_that_is_not_there_is_named_with_what_was_meant(run):
    _, err = run([row(title="a")], "--map", "titel=name")
    assert err == "The file has no column 'titel'. Did you mean 'title'?"
    _, err = run([row()], "--key", "sku")
    assert err == "The file has no column 'sku'. It has: name, description, price, category."


@pytest.mark.parametrize("pair", ["title", "title=", "=name", "title=titel"])
def test_a_mapping_that_is_none_is_refused(run, pair):
    _, err = run([row()], "--map", pair)
    assert "is not THEIRS=OURS, with OURS one of: name, description, price, category" in err


def test_a_pipe_that_is_not_utf8_is_refused_and_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        pool.submit(pipe.write_bytes, b"name,price,category\nCaf\xe9,1,Q\n")
        with pytest.raises(CommandError, match=r"^pipe.csv is not UTF-8 text\.$"):
            call_command("import_products", str(pipe))


def test_a_source_without_a_key_is_refused(run):
    assert "--key says which column" in run([row()], "--source", "acme")[1]
    assert not Product.objects.exists()
