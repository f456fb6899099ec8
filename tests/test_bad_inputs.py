"""What cannot be ingested is refused with one or two lines that name the file and a remedy; nothing is published."""

import shutil

import pytest
from binary import ingest, pilji
from deltalake import DeltaTable
from shapefiles import CHEONGUN, official_row, square, write_official, write_plain, zip_up


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """A warehouse that holds ten parcels."""
    folder = tmp_path_factory.mktemp("standing")
    shp = write_official(folder / "AL_D002_11_20210501", [official_row(index) for index in range(10)])
    warehouse = folder / "warehouse"
    assert ingest(warehouse, shp)["published"] == 10
    return warehouse


def good_zip(folder):
    rows = [official_row(index) for index in range(2000)]
    return zip_up(write_official(folder / "AL_D002_11_20210601", rows), folder / "AL_D002_11_20210601.zip")


def truncated_zip(folder):
    path = good_zip(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def zip_with_damaged_contents(folder):
    path = good_zip(folder)
    data = bytearray(path.read_bytes())
    middle = data.index(b".dbf") + 3000
    data[middle : middle + 200] = bytes(200)
    path.write_bytes(data)
    return path


def shp_without_dbf(folder):
    shp = write_official(folder / "AL_D002_11_20210601", [official_row(0)])
    shp.with_suffix(".dbf").unlink()
    return shp


def zip_without_dbf(folder):
    shp = write_official(folder / "AL_D002_11_20210601", [official_row(0)])
    return zip_up(shp, folder / "AL_D002_11_20210601.zip", leave_out=(".dbf",))


def utf8_that_is_called_cp949(folder):
    return write_official(folder / "AL_D002_11_20210601", [official_row(i) for i in range(50)], encoding="utf-8")


def cp949_that_is_called_utf8(folder):
    return write_official(folder / "AL_D002_11_20210601", [official_row(i) for i in range(50)])


def without_prj(folder):
    return write_official(folder / "AL_D002_11_20210601", [official_row(0)], epsg=None)


def empty_shapefile(folder):
    return write_official(folder / "AL_D002_11_20210601", [])


def zero_bytes(folder):
    path = folder / "AL_D002_11_20210601.zip"
    path.write_bytes(b"")
    return path


def zero_byte_shp(folder):
    shp = write_official(folder / "AL_D002_11_20210601", [official_row(0)])
    shp.write_bytes(b"")
    return shp


def text_called_zip(folder):
    path = folder / "AL_D002_11_20210601.zip"
    path.write_text("로그인이 필요합니다. Please log in.\n")
    return path


def other_columns(folder):
    fields = [("EMD_CD", "C", 10), ("EMD_NM", "C", 40)]
    return write_plain(folder / "TL_20210601", fields, [("11110101", "청운동", square(0))], encoding="cp949", epsg=5174)


def truncated_shp(folder):
    shp = write_official(folder / "AL_D002_11_20210601", [official_row(index) for index in range(100)])
    shp.write_bytes(shp.read_bytes()[:5000])
    return shp


def csv_without_crs(folder):
    path = folder / "parcels_20210601.csv"
    header = "WKT,SGG_OID,PNU,BJD_CD,BJD_NM,SI_NM,SGG_NM,EMD_NM,RI_NM,BONBUN,BUBON,JIMOK"
    wkt = '"POLYGON ((197100 454100,197110 454100,197110 454110,197100 454100))"'
    row = f"{wkt},1,1111010100100010003,1111010100,{CHEONGUN},서울특별시,종로구,청운동,,1,3,대"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    return path


def missing_file(folder):
    return folder / "AL_D002_99_20210601.zip"


def no_date(folder):
    rows = [official_row(0, A6=None)]
    return write_official(folder / "parcels", rows)


CASES = [
    # what it is, flags, words of the error that tell what is wrong and what helps
    (truncated_zip, [], ["zip", "again"]),
    (zip_with_damaged_contents, [], ["again"]),
    (shp_without_dbf, [], [".dbf"]),
    (zip_without_dbf, [], [".dbf"]),
    (utf8_that_is_called_cp949, ["--encoding", "cp949"], ["--encoding"]),
    (cp949_that_is_called_utf8, ["--encoding", "utf-8"], ["--encoding"]),
    (without_prj, [], [".prj", "--crs", "5174", "5186"]),
    (csv_without_crs, [], ["--crs", "5174", "5186"]),
    (empty_shapefile, [], ["0 records"]),
    (zero_bytes, [], ["empty"]),
    (zero_byte_shp, [], ["empty"]),
    (text_called_zip, [], ["zip"]),
    (truncated_shp, [], ["again"]),
    (other_columns, [], ["EMD_CD", "--dataset"]),
    (missing_file, [], ["no such file"]),
    (no_date, [], ["종로구", "--vintage"]),
]


@pytest.mark.parametrize("make,flags,words", CASES, ids=[case[0].__name__ for case in CASES])
def test_a_bad_input_is_refused_and_nothing_is_published(make, flags, words, tmp_path, standing):
    path = make(tmp_path)
    warehouse = tmp_path / "warehouse"
    shutil.copytree(standing, warehouse)
    files_before = sorted(warehouse.rglob("*.parquet"))

    run = pilji("ingest", path, "--warehouse", warehouse, *flags)

    assert run.code not in (0, 101), run.stderr
    assert run.error, run.stderr
    assert len(run.error.splitlines()) <= 2, run.error
    # A date is missing from a 시군구, which can be spread over files; everything else is wrong with one file.
    assert path.name in run.error or make is no_date, run.error
    missing = [word for word in words if word.lower() not in run.error.lower()]
    assert not missing, f"{missing} not in: {run.error}"
    assert "panicked" not in run.stderr

    table = DeltaTable(str(warehouse / "parcel"))
    assert table.version() == DeltaTable(str(standing / "parcel")).version()
    assert table.to_pyarrow_table(columns=["pnu"]).num_rows == 10
    assert sorted(warehouse.rglob("*.parquet")) == files_before, "files of the refused run were left behind"

    nothing = tmp_path / "new"
    pilji("ingest", path, "--warehouse", nothing, *flags)
    assert not list(nothing.rglob("*.parquet")) and not list(nothing.rglob("*.json"))


def test_one_bad_file_among_good_ones_stops_the_whole_run(tmp_path):
    good = write_official(tmp_path / "AL_D002_11_20210501", [official_row(0)])
    bad = tmp_path / "AL_D002_26_20210501.zip"
    bad.write_text("not a zip")
    run = pilji("ingest", good, bad, "--warehouse", tmp_path / "warehouse")
    assert run.code != 0 and bad.name in run.error
    assert not list((tmp_path / "warehouse").rglob("*.parquet"))


def test_cadastral_and_plain_data_do_not_mix_in_a_dataset(tmp_path, standing):
    warehouse = tmp_path / "warehouse"
    shutil.copytree(standing, warehouse)
    plain = other_columns(tmp_path)
    ingest(warehouse, plain, "--dataset", "emd")
    parcels = write_official(tmp_path / "AL_D002_11_20210501", [official_row(0)])
    run = pilji("ingest", parcels, "--warehouse", warehouse, "--dataset", "emd")
    assert run.code != 0 and "emd" in run.error and "--dataset" in run.error
