"""Rows in = rows published + rows rejected, against what the generator says and what GDAL counts."""

import csv
import json

import pytest
from binary import ok, pilji
from source_counts import expected_counts, read_attributes

GIB = 1 << 30


def test_every_row_of_every_piece_is_published_or_rejected(loaded):
    report, truth = loaded.report, loaded.sample.truth
    assert len(report["parts"]) > 2, "the sample must come in several pieces"
    for part in report["parts"]:
        assert part["rows_in"] == part["published"] + part["rejected"], part
        assert part["layout"] == "official", part
    assert report["rows_in"] == sum(part["rows_in"] for part in report["parts"]) == truth["counts"]["rows"]
    assert report["published"] == sum(part["published"] for part in report["parts"]) == truth["counts"]["published"]
    assert report["rejected"] == sum(report["reject_codes"].values())


def test_each_piece_has_the_rows_that_the_generator_wrote(loaded):
    written = {
        f"{loaded.sample.folder}/{file['file']}/{piece['name']}": piece["rows"]
        for file in loaded.sample.truth["files"]
        for piece in file["pieces"]
    }
    assert {part["file"]: part["rows_in"] for part in loaded.report["parts"]} == written


def test_rows_in_are_those_that_gdal_counts_in_each_piece(loaded):
    counted = read_attributes(loaded.sample.inputs, ["A1"]).groupby("file").size().to_dict()
    assert {part["file"]: part["rows_in"] for part in loaded.report["parts"]} == counted


def test_counts_agree_with_a_count_of_the_dbf_files(loaded, server):
    expected = expected_counts(loaded.sample.inputs, loaded.report)
    assert server.value("SELECT count(*) FROM parcel") == expected.rows == loaded.report["published"]
    assert server.value("SELECT count(DISTINCT pnu) FROM parcel") == expected.distinct_pnus
    table = server.sql("SELECT substr(bjd_cd, 1, 5) AS sigungu, count(*) AS n FROM parcel GROUP BY 1")
    assert dict(zip(table["sigungu"].to_pylist(), table["n"].to_pylist())) == expected.by_sigungu


def test_malformed_duplicate_and_invalid_parcels_are_counted_as_the_generator_counted_them(loaded):
    truth, report = loaded.sample.truth["counts"], loaded.report
    assert truth["malformed_pnus"] > 0 and truth["duplicate_pnus"] > 0 and truth["invalid_rings"] > 0
    # Some malformed numbers have the digits of a damaged one, and are rejected as that.
    assert set(report["reject_codes"]) <= {"pnu_malformed", "pnu_damaged"}
    assert report["rejected"] == sum(truth["rejected"].values()) == truth["malformed_pnus"]
    assert report["notes"]["duplicate_pnus"] == truth["duplicate_pnus"]
    assert report["notes"]["invalid_geometries"] == truth["invalid_rings"]
    assert report["notes"]["jibun_disagrees"] == truth["jibun_disagrees"]


def test_what_the_rows_say_is_what_the_generator_meant(loaded, server):
    truth = loaded.sample.truth
    jimok = server.sql("SELECT jimok, count(*) AS n FROM parcel WHERE jimok IS NOT NULL GROUP BY jimok")
    assert dict(zip(jimok["jimok"].to_pylist(), jimok["n"].to_pylist())) == truth["counts"]["jimok"]
    assert server.value("SELECT count(*) FROM parcel WHERE jimok IS NULL") == truth["counts"]["without_jimok"]
    assert server.value("SELECT count(*) FROM parcel WHERE san") == truth["counts"]["san"]
    assert server.value("SELECT count(DISTINCT pnu) FROM parcel") == truth["counts"]["distinct_pnus"]
    leaves = server.sql("SELECT bjd_cd, count(*) AS n FROM parcel GROUP BY bjd_cd")
    assert dict(zip(leaves["bjd_cd"].to_pylist(), leaves["n"].to_pylist())) == {
        code: leaf["published"] for code, leaf in truth["leaves"].items() if leaf["published"]
    }


def test_the_reject_file_holds_each_rejected_row_with_its_reason(loaded):
    with open(loaded.report["rejects"], encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == loaded.report["rejected"] > 0
    for row in rows:
        assert row["code"] in {"pnu_malformed", "pnu_damaged"}
        assert row["message"] and row["wkt"].startswith(("POLYGON", "MULTIPOLYGON")), row
        assert row["value"] == (json.loads(row["record"])["A1"] or ""), row


@pytest.mark.parametrize("column", ["sgg_nm", "jimok", "ri_nm", "emd_nm"])
def test_counts_per_group_add_up_to_all_rows(server, loaded, column):
    table = server.sql(f"SELECT {column}, count(*) AS n FROM parcel GROUP BY {column}")
    assert sum(table["n"].to_pylist()) == loaded.report["published"]


def test_a_place_without_a_level_has_null_there(server):
    nulls = server.sql(
        "SELECT si_nm, count(*) AS n, count(sgg_nm) AS sgg, count(ri_nm) AS ri FROM parcel GROUP BY si_nm ORDER BY si_nm"
    ).to_pylist()
    by_si = {row["si_nm"]: row for row in nulls}
    assert set(by_si) == {"서울특별시", "세종특별자치시", "충청북도"}
    assert by_si["서울특별시"]["sgg"] == by_si["서울특별시"]["n"] > by_si["서울특별시"]["ri"] == 0
    assert by_si["세종특별자치시"]["sgg"] == 0 < by_si["세종특별자치시"]["n"]
    assert by_si["충청북도"]["ri"] == by_si["충청북도"]["sgg"] == by_si["충청북도"]["n"] > 0


def test_ingest_stays_within_two_gibibytes(official, tmp_path):
    run = ok(pilji("ingest", *official.inputs, "--warehouse", tmp_path / "warehouse"))
    assert run.peak_rss_bytes < 2 * GIB
