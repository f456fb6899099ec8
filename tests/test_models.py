"""Users' files become models: what is found in them, what is guessed, how it is corrected, who may change it."""

import json
import shutil
import subprocess

import pytest
import user_files
from binary import BINARY, ENVIRONMENT, ok, pilji
from serving import Server, wait_until

KINDS = user_files.KINDS


def register(warehouse, location, *flags) -> dict:
    """Registers data and returns what is said of the model."""
    run = ok(pilji("model", "register", location, "--json", "--warehouse", warehouse, *flags))
    return json.loads(run.stdout)


def show(warehouse, model) -> dict:
    return json.loads(ok(pilji("model", "show", model, "--json", "--warehouse", warehouse)).stdout)


def roles(model: dict) -> dict:
    """The roles of a model's columns."""
    return {column["name"]: column["role"] for column in model["columns"] if column["role"]}


@pytest.fixture
def warehouse(tmp_path):
    return tmp_path / "warehouse"


@pytest.fixture
def shops(tmp_path, warehouse):
    """A model `shared.shops`."""
    register(warehouse, user_files.cp949_csv(tmp_path), "--name", "shops")
    return "shared.shops"


@pytest.mark.parametrize("kind", KINDS, ids=[kind.make.__name__ for kind in KINDS])
def test_a_users_file_becomes_a_model_with_its_roles(kind, tmp_path, warehouse):
    model = register(warehouse, kind.make(tmp_path), "--name", "it", *kind.flags)

    assert model["source"]["format"] == kind.format
    assert {key: model["source"][key] for key in kind.source} == kind.source
    assert len(model["columns"]) == kind.columns
    types = {column["name"]: column["type"] for column in model["columns"]}
    assert {name: types[name] for name in kind.types} == kind.types
    found = roles(model)
    if "--header" in kind.flags:
        found = [role for role in found.values()]
        assert found == list(kind.roles.values())
    else:
        assert found == kind.roles
    evidence = [column["evidence"] for column in model["columns"] if column["role"] == "pnu"]
    assert all(text == "19 digits in 100 % of 40 rows, all with an official 법정동 code" for text in evidence)
    remarks = "\n".join(model["remarks"])
    assert all(word in remarks for word in kind.remarks), remarks
    assert show(warehouse, "shared.it")["columns"] == model["columns"]


@pytest.mark.parametrize("make,words", user_files.REFUSED, ids=[make.__name__ for make, _ in user_files.REFUSED])
def test_a_file_that_cannot_be_read_is_refused_with_a_remedy(make, words, tmp_path, warehouse):
    path = make(tmp_path)
    run = pilji("model", "register", path, "--warehouse", warehouse)
    assert run.code == 1 and path.name in run.error, run.stderr
    assert all(word in run.error for word in words), run.error
    assert "panicked" not in run.stderr
    assert "no models yet" in ok(pilji("model", "list", "--warehouse", warehouse)).stdout


def test_a_header_alone_is_a_model_without_roles_or_a_clear_error(tmp_path, warehouse):
    path = user_files.csv_with_a_header_only(tmp_path)
    run = pilji("model", "register", path, "--json", "--warehouse", warehouse)
    if run.code == 0:
        model = json.loads(run.stdout)
        assert [column["type"] for column in model["columns"]] == ["text"] * 8 and not roles(model)
    else:
        assert path.name in run.error and "row" in run.error, run.stderr


def test_known_columns_get_korean_comments_and_korean_ones_stay(tmp_path, warehouse):
    path = tmp_path / "a.csv"
    path.write_text("PNU,BJD_CD,상호\n1111010100100010003,1111010100,x\n", encoding="utf-8")
    comments = {column["name"]: column["comment"] for column in register(warehouse, path)["columns"]}
    assert comments == {"PNU": "필지고유번호", "BJD_CD": "법정동코드", "상호": None}


def test_what_is_printed_shows_roles_why_and_how_to_correct_them(tmp_path, warehouse):
    run = ok(pilji("model", "register", user_files.cp949_csv(tmp_path), "--warehouse", warehouse))
    for words in ["고유번호", "pnu", "19 digits in 100 % of 40 rows", "cp949", "pilji model edit shared.상가"]:
        assert words in run.stdout, run.stdout
    assert "shared.상가" in ok(pilji("model", "list", "--warehouse", warehouse)).stdout


def test_a_dry_run_writes_nothing(tmp_path, warehouse):
    ok(pilji("model", "register", user_files.cp949_csv(tmp_path), "--dry-run", "--warehouse", warehouse))
    assert not list(warehouse.rglob("*.toml"))


def test_flags_correct_a_model(shops, warehouse):
    edit = ["model", "edit", shops, "--warehouse", warehouse, "--json"]
    model = json.loads(
        ok(
            pilji(
                *edit,
                *["--role", "지번=", "--role", "상호명=jibun_address", "--type", "위도=text"],
                *["--comment", "상가업소", "--column-comment", "상호명=가게 이름"],
            )
        ).stdout
    )
    columns = {column["name"]: column for column in model["columns"]}
    assert (model["revision"], model["comment"]) == (2, "상가업소")
    assert columns["지번"]["role"] is None
    assert (columns["상호명"]["role"], columns["상호명"]["evidence"]) == ("jibun_address", "set by hand")
    assert columns["상호명"]["comment"] == "가게 이름"
    assert columns["위도"]["type"] == "text"
    for flags, words in [
        (["--role", "지번=pun"], ["not a role", "pnu"]),
        (["--role", "없음=pnu"], ["no column", "고유번호"]),
        (["--type", "지번=txet"], ["not a column type", "text"]),
        (["--type", "지번"], ["COLUMN="]),
    ]:
        run = pilji(*edit, *flags)
        assert run.code == 1 and all(word in run.error for word in words), run.stderr
    assert show(warehouse, shops)["revision"] == 2


def test_the_editor_changes_the_text_and_a_mistake_is_told_with_its_line(shops, warehouse):
    def edit(script):
        return pilji("model", "edit", shops, "--warehouse", warehouse, environment={"EDITOR": f"sed -i '{script}'"})

    ok(edit("1i # 메모"))
    assert "# 메모" in ok(pilji("model", "show", shops, "--toml", "--warehouse", warehouse)).stdout
    assert "nothing was changed" in ok(edit("")).stdout
    run = edit('s/role = "pnu"/role = "pun"/')
    assert run.code == 1 and "not a role" in run.error and "what you wrote is in" in run.error, run.stderr
    assert ":" in run.error and show(warehouse, shops)["revision"] == 2
    run = pilji("model", "edit", shops, "--warehouse", warehouse, environment={"EDITOR": "/nowhere/editor"})
    assert run.code == 1 and "EDITOR" in run.error, run.stderr


def test_a_broken_text_hurts_its_own_model_only(shops, tmp_path, warehouse):
    register(warehouse, user_files.tsv(tmp_path), "--name", "other")
    (text,) = (warehouse / "_models" / "shared" / "shops").glob("*.toml")
    lines = text.read_text().splitlines()
    line = lines.index('role = "pnu"')
    lines[line] = 'role = "pun"'
    text.write_text("\n".join(lines))

    run = pilji("model", "show", "shops", "--warehouse", warehouse)
    assert run.code == 1 and f"{text.name}:{line + 1}" in run.error and "expected one of pnu" in run.error, run.error
    listed = json.loads(ok(pilji("model", "list", "--json", "--warehouse", warehouse)).stdout)
    assert [("error" in model, model["name"]) for model in listed] == [(False, "other"), (True, "shops")]
    ok(pilji("model", "remove", "shops", "--warehouse", warehouse))
    assert [model["name"] for model in json.loads(
        ok(pilji("model", "list", "--json", "--warehouse", warehouse)).stdout)] == ["other"]  # fmt: skip


def test_a_name_is_taken_until_it_is_removed(shops, tmp_path, warehouse):
    path = user_files.tsv(tmp_path)
    run = pilji("model", "register", path, "--name", "Shops", "--warehouse", warehouse)
    assert run.code == 1 and "there is a model shared.shops already" in run.error, run.stderr
    assert register(warehouse, path, "--name", "shops", "--owner", "kim")["owner"] == "kim"
    ok(pilji("model", "remove", shops, "--warehouse", warehouse))
    run = pilji("model", "show", shops, "--warehouse", warehouse)
    assert run.code == 1 and "no model" in run.error and "kim.shops" in run.error, run.stderr
    assert register(warehouse, path, "--name", "shops")["revision"] == 3


def test_of_editors_at_once_one_wins_and_the_others_are_told(shops, warehouse):
    command = [BINARY, "model", "edit", shops, "--warehouse", warehouse, "--comment"]
    for round_number in range(5):
        processes = [
            subprocess.Popen(
                [*map(str, command), f"{round_number}-{writer}"],
                env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )
            for writer in range(4)
        ]  # fmt: skip
        errors = [process.communicate()[1] for process in processes]
        winners = sum(process.returncode == 0 for process in processes)
        told = sum("changed by somebody else" in error for error in errors)
        assert winners >= 1 and winners + told == 4, errors
    revisions = sorted((warehouse / "_models" / "shared" / "shops").glob("*"))
    assert [int(path.stem) for path in revisions] == list(range(1, len(revisions) + 1))
    assert show(warehouse, shops)["revision"] == len(revisions)


def test_a_dataset_can_have_a_model(loaded, tmp_path):
    warehouse = tmp_path / "warehouse"
    shutil.copytree(loaded.warehouse, warehouse)
    model = register(warehouse, "dataset:parcel", "--name", "필지")
    assert model["rows"] == loaded.report["published"]
    found = roles(model)
    assert found["pnu"] == "pnu" and found["geometry"] == "geometry" and found["bjd_cd"] == "bjd_cd"
    run = pilji("model", "register", "dataset:nothing", "--warehouse", warehouse)
    assert run.code == 1 and "no dataset" in run.error, run.stderr


def test_a_local_connection_stays_in_its_folder(tmp_path, warehouse):
    folder = tmp_path / "data"
    folder.mkdir()
    user_files.cp949_csv(folder)
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    ok(pilji("connection", "add", "local", "Data", folder, "--warehouse", warehouse))
    run = ok(pilji("connection", "test", "data", "--warehouse", warehouse))
    assert "connection data works: it holds 2 files" in run.stdout, run.stdout
    assert roles(register(warehouse, "data:상가.csv")) == user_files.SHOP_ROLES
    for location, words in [
        ("data:../secret.csv", "must not go up"),
        ("data:link.csv", "leads out of"),
        ("nowhere:a.csv", "no connection"),
        ("s3://bucket/a.csv", "connection add"),
    ]:
        run = pilji("model", "register", location, "--name", "x", "--warehouse", warehouse)
        assert run.code == 1 and words in run.error, run.stderr
    run = pilji("connection", "add", "local", "data", folder, "--warehouse", warehouse)
    assert run.code == 1 and "there is a connection" in run.error, run.stderr
    ok(pilji("connection", "remove", "data", "--warehouse", warehouse))
    assert "no connections yet" in ok(pilji("connection", "list", "--warehouse", warehouse)).stdout
    run = pilji("connection", "add", "local", "data", tmp_path / "nowhere", "--warehouse", warehouse)
    assert run.code == 1 and "no folder at" in run.error, run.stderr


def test_every_kind_of_file_is_queried_as_it_was_registered(tmp_path, warehouse):
    for number, kind in enumerate(KINDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        register(warehouse, kind.make(folder), "--name", f"m{number}", *kind.flags)
    with Server(warehouse, None, tmp_path / "log") as server:
        for number, kind in enumerate(KINDS):
            rows = server.sql(f"SELECT * FROM shared.m{number}")
            assert rows.shape == (user_files.N_ROWS, kind.columns), kind.make.__name__
            assert server.value(f"SELECT count(*) FROM shared.m{number}") == user_files.N_ROWS
            for name, role in kind.roles.items():
                if role == "pnu" and isinstance(name, str):
                    one = f"SELECT count(*) FROM shared.m{number} WHERE \"{name}\" = '{user_files.pnu(8)}'"
                    assert server.value(one) == 1, kind.make.__name__


def test_running_servers_see_a_change_within_a_second(tmp_path, warehouse):
    path = user_files.tsv(tmp_path)
    warehouse.mkdir()
    first, second = Server(warehouse, None, tmp_path / "one"), Server(warehouse, None, tmp_path / "two")
    with first, second:

        def seen_by_both(sql, expected):
            def seen(server):
                try:
                    return server.sql(sql).schema.field(0).type == expected
                except Exception as error:  # the driver's errors have no common class
                    return expected is None and "not found" in str(error)

            wait_until(lambda: seen(first) and seen(second), sql, deadline_secs=1)

        one = "SELECT 위도 FROM shared.shops LIMIT 1"
        register(warehouse, path, "--name", "shops")
        seen_by_both(one, "double")
        ok(pilji("model", "edit", "shops", "--type", "위도=text", "--warehouse", warehouse))
        seen_by_both(one, "string")
        ok(pilji("model", "remove", "shops", "--warehouse", warehouse))
        seen_by_both(one, None)


def test_a_server_with_roots_reads_no_model_outside_of_them(tmp_path, warehouse):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in [inside, outside]:
        folder.mkdir()
        register(warehouse, user_files.tsv(folder), "--name", folder.name)
    with Server(warehouse, None, tmp_path / "log", {"PILJI_ROOTS": str(inside)}) as server:
        assert server.value("SELECT count(*) FROM shared.inside") == user_files.N_ROWS
        with pytest.raises(Exception, match="outside of the folders"):
            server.sql("SELECT count(*) FROM shared.outside")


def test_a_model_of_a_dataset_has_the_datasets_rows(loaded, tmp_path):
    warehouse = tmp_path / "warehouse"
    shutil.copytree(loaded.warehouse, warehouse)
    register(warehouse, "dataset:parcel", "--name", "필지")
    with Server(warehouse, None, tmp_path / "log") as server:
        assert server.value("SELECT count(*) FROM shared.필지") == loaded.report["published"]
        ok(pilji("model", "edit", "필지", "--type", "bonbun=text", "--warehouse", warehouse))
        assert server.sql("SELECT bonbun FROM shared.필지 LIMIT 1").schema.field(0).type == "string"
        counts = [f"SELECT count(*) FROM {table} WHERE emd_nm = '청운동'" for table in ("parcel", "shared.필지")]
        assert server.value(counts[0]) == server.value(counts[1]) > 0


def test_help_teaches_by_example():
    for command in ["connection", "model"]:
        text = ok(pilji(command, "--help")).stdout
        assert "Examples:" in text and f"pilji {command} " in text, text
    for command in [["model", "register"], ["model", "edit"], ["connection", "add", "s3"]]:
        assert "Usage:" in ok(pilji(*command, "--help")).stdout


