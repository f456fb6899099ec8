//! The commands of the language, in words: what they do, how they are written, an example of each.

use std::fmt::Write as _;

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandHelp {
    /// The words that begin it; the first is its name.
    pub words: &'static [&'static str],
    /// How it is written.
    pub usage: &'static [&'static str],
    /// What it does, in English.
    pub english: &'static str,
    /// What it does, in Korean.
    pub korean: &'static str,
    /// A whole text that uses it, over parcels or rows of its own.
    pub example: &'static str,
}

const fn help(
    words: &'static [&'static str],
    usage: &'static [&'static str],
    english: &'static str,
    korean: &'static str,
    example: &'static str,
) -> CommandHelp {
    CommandHelp {
        words,
        usage,
        english,
        korean,
        example,
    }
}

/// Where rows come from: what a text begins with.
pub const SOURCES: &[CommandHelp] = &[
    help(
        &["model"],
        &[
            "model NAME [as X] [addr …] [CONDITION]",
            "model name=NAME [model_owner=OWNER]",
            "model list",
        ],
        "All rows of a model or dataset, or those that fit; `model list` tells which there are.",
        "모델이나 데이터셋의 모든 행, 또는 조건에 맞는 행입니다. `model list` 는 모델의 목록입니다.",
        "model parcel jimok = '대' | count",
    ),
    help(
        &["*"],
        &["*", "* CONDITION", "[search] CONDITION"],
        "The rows of the session's default model: `SET default_model = 'NAME'`.",
        "세션의 기본 모델입니다: `SET default_model = '이름'`.",
        "model parcel | where bonbun = 1 | count",
    ),
    help(
        &["mkdata"],
        &[
            "mkdata [[1, 'a'], …] ['A':INTEGER, 'B':TEXT]",
            "mkdata [{'A': 1, 'B': 'a'}, …]",
        ],
        "Rows that are written down. Types are text, integer, bigint, real, boolean, date, timestamp.",
        "직접 적은 행입니다. 자료형: text, integer, bigint, real, boolean, date, timestamp.",
        "mkdata [[1, '가'], [2, '나']] ['번호':INTEGER, '이름':TEXT]",
    ),
    help(
        &["file"],
        &["file path='/data/a.csv'", "file connector_name=C path='a.csv'"],
        "The rows of a file that is no model: where the server may read, or on a connection.",
        "모델로 등록하지 않은 파일의 행입니다: 서버가 읽을 수 있는 곳, 또는 연결에 있는 파일.",
        "model parcel | head 1 | fields pnu",
    ),
    help(
        &["sql"],
        &["sql $$ SELECT … $$"],
        "The rows of a query in SQL. As a stage, the query reads the rows before as `prev` (or `angora`).",
        "SQL 질의의 행입니다. 단계로 쓰면 앞의 행을 `prev` (또는 `angora`) 로 읽습니다.",
        "model parcel | sql $$ SELECT jimok, count(*) AS n FROM prev GROUP BY jimok $$ | sort -n",
    ),
];

/// What is done to rows: what stands behind a bar.
pub const COMMANDS: &[CommandHelp] = &[
    help(
        &["addr"],
        &["addr SI_NM=A SGG_NM='B *' EMD_NM=* RI_NM=null", "addr 'A/B */C'"],
        "Rows that lie somewhere. Names are looked up in the official tables before anything is read; `*` is any characters.",
        "어떤 곳에 있는 행만 남깁니다. 이름은 읽기 전에 법정동 표에서 찾고, `*` 는 아무 글자입니다.",
        "model parcel | addr SI_NM=서울특별시 SGG_NM=종로구 | count",
    ),
    help(
        &["append"],
        &["append MODEL", "append [PIPELINE]"],
        "Rows of another relation behind these, columns by their names; one that is missing is NULL.",
        "다른 행을 아래에 붙입니다. 같은 이름의 열끼리 잇고, 없는 열은 NULL 입니다.",
        "mkdata [[1]] ['a'] | append [mkdata [[2, 'x']] ['a', 'b']] | sort a",
    ),
    help(
        &["bbox"],
        &["bbox WEST,SOUTH,EAST,NORTH [geocol=C]"],
        "Rows whose geometry meets a box of longitude and latitude.",
        "경도·위도 상자와 만나는 도형의 행입니다.",
        "model parcel | bbox 126.9,37.5,127.1,37.7 | count",
    ),
    help(
        &["bucket"],
        &["bucket T span=1d [as NAME]"],
        "The beginning of the step in which a time lies. Steps: ms, s, min, h, d, w, mon, q, y.",
        "시각이 속한 구간의 시작입니다. 간격: ms, s, min, h, d, w, mon, q, y.",
        "mkdata [['2024-01-31']] ['t':DATE] | bucket t span=1mon as 달",
    ),
    help(
        &["buffer"],
        &["buffer 50m [geocol=C] [as NAME]"],
        "Geometry widened by a length, in metres or `km`.",
        "도형을 주어진 길이(m, km)만큼 넓힙니다.",
        "model parcel | head 1 | buffer 50m as 둘레 | fields pnu",
    ),
    help(
        &["calculate"],
        &["calculate EXPRESSION [as NAME]"],
        "A column that is computed; its name is `calculated` where none is given.",
        "계산한 열을 더합니다. 이름을 쓰지 않으면 `calculated` 입니다.",
        "mkdata [[2, 3]] ['a', 'b'] | calculate a * b as c",
    ),
    help(
        &["case"],
        &["case when CONDITION then VALUE … [otherwise VALUE] [as NAME]"],
        "The value of the first condition that is true; the column is `result` where no name is given.",
        "처음으로 참인 조건의 값입니다. 이름을 쓰지 않으면 `result` 입니다.",
        "mkdata [[5], [50]] ['a'] | case when a > 10 then '큼' otherwise '작음' as 크기",
    ),
    help(
        &["concat"],
        &["concat A, '-', B [as NAME]"],
        "Texts one after the other.",
        "글자를 이어 붙입니다.",
        "mkdata [['가', 1]] ['a', 'b'] | concat a, '-', b as c",
    ),
    help(
        &["count"],
        &["count"],
        "The number of rows.",
        "행의 수입니다.",
        "model parcel | count",
    ),
    help(
        &["dedup"],
        &["dedup [N] A, B [by ±C]"],
        "So many rows of those that are equal in columns; `by` says which.",
        "열 값이 같은 행 가운데 N개(기본 1)만 남깁니다. `by` 로 고릅니다.",
        "model parcel | dedup emd_nm by -bonbun | fields emd_nm, bonbun",
    ),
    help(
        &["describe"],
        &["describe"],
        "The columns at this place, with their types.",
        "여기에 있는 열과 자료형입니다.",
        "model parcel | describe",
    ),
    help(
        &["distinct"],
        &["distinct A, B", "distinct *"],
        "Each combination of values once.",
        "값의 조합을 한 번씩만 남깁니다.",
        "model parcel | distinct jimok | sort jimok",
    ),
    help(
        &["eval"],
        &["eval NAME = EXPRESSION, …"],
        "Columns that are computed; later ones see earlier ones, and an existing one is replaced.",
        "계산한 열입니다. 뒤의 식은 앞의 열을 쓸 수 있고, 있는 열은 바뀝니다.",
        "model parcel | eval 평 = to_pyeong(area_m2(geometry)) | fields pnu, 평 | head 3",
    ),
    help(
        &["eventstats"],
        &["eventstats AGGREGATE [as NAME], … [by A, …]"],
        "What `stats` computes, at every row.",
        "`stats` 의 결과를 모든 행에 붙입니다.",
        "model parcel | eventstats count(*) as n by emd_nm | fields pnu, n | head 3",
    ),
    help(
        &["explode"],
        &["explode col=C sep=','"],
        "A text becomes several rows.",
        "글자를 나누어 여러 행으로 만듭니다.",
        "mkdata [['가,나']] ['a'] | explode col=a sep=','",
    ),
    help(
        &["fields"],
        &["fields [+]A, B as C, D*", "fields -A, B*"],
        "Columns kept in this order, or dropped; `*` is any characters of a name.",
        "열을 이 순서로 남기거나, `-` 로 뺍니다. `*` 는 이름의 아무 글자입니다.",
        "model parcel | fields pnu, emd_nm as 동 | head 3",
    ),
    help(
        &["fillna"],
        &["fillna A 0, B 'x'", "fillna A, B"],
        "Values in the place of NULL; without a value, rows with NULL go.",
        "NULL 을 값으로 채웁니다. 값이 없으면 NULL 인 행을 뺍니다.",
        "mkdata [[1, null]] ['a', 'b'] | fillna b 0",
    ),
    help(
        &["freq", "rare", "value_counts"],
        &["freq [N] A, B [by C]", "rare [N] A", "value_counts A"],
        "How often values occur, with their share: the most frequent, the rarest, all.",
        "값이 나온 횟수와 비율입니다: 많은 순, 적은 순, 모두.",
        "model parcel | freq 5 jimok",
    ),
    help(
        &["geocode"],
        &[
            "geocode codetype=address SI=A GU=B DONG=C",
            "geocode codetype=LONGLAT COORD=C",
        ],
        "The legacy's word for `geojoin by=name` and `by=point`; adds `GEOMETRY`.",
        "`geojoin by=name`, `by=point` 의 이전 이름입니다. `GEOMETRY` 열을 더합니다.",
        "mkdata [['서울특별시', '종로구']] ['a', 'b'] | geocode codetype=address SI=a GU=b | fields a, match_status",
    ),
    help(
        &["geoconverter"],
        &["geoconverter [intype=WKT] outtype=GEOJSON|WKT|WKB [geocol=C] [properties=a,b|*]"],
        "Geometry in another form.",
        "도형을 다른 형식으로 바꿉니다.",
        "model parcel | head 1 | geoconverter outtype=GEOJSON properties=pnu | fields GEOJSON",
    ),
    help(
        &["geoflip"],
        &["geoflip [intype=WKT] [geocol=C]"],
        "First and second coordinate change places: for data with latitude first.",
        "첫째와 둘째 좌표를 바꿉니다: 위도가 먼저인 자료에 씁니다.",
        "mkdata [['POINT(37.5 127)']] ['g'] | geoflip intype=WKT geocol=g",
    ),
    help(
        &["geojoin"],
        &[
            "geojoin by=pnu [pnu=C] [OPTIONS]",
            "geojoin by=bjd bjd=C level=emd|sgg|si|ri",
            "geojoin by=name si=A sgg=B emd=C ri=D [bonbun=E bubon=F]",
            "geojoin by=jibun addr=C",
            "geojoin by=point lon=X lat=Y [level=parcel|emd|…]",
        ],
        "Polygons beside your own rows: parcels, or areas of a level. Options: `type=left|inner|right`, `keep=a,b`, \
         `on_ambiguous=null|first|all|error`, `as NAME`. `match_status` says of each row whether it was matched exact, normalized, ambiguous or none.",
        "내 행에 필지나 지역의 도형을 붙입니다. 옵션: `type=left|inner|right`, `keep=a,b`, `on_ambiguous=null|first|all|error`, `as 이름`. \
         `match_status` 는 행마다 exact, normalized, ambiguous, none 입니다.",
        "model parcel | head 3 | fields pnu as 번호 | geojoin by=pnu pnu=번호 keep=jimok | fields 번호, jimok, match_status",
    ),
    help(
        &["geojson"],
        &["geojson [id=C] [properties=a,b|*] [geocol=C]"],
        "A GeoJSON feature for each row.",
        "행마다 GeoJSON Feature 하나입니다.",
        "model parcel | head 1 | geojson id=pnu properties=jimok",
    ),
    help(
        &["geomap"],
        &["geomap emd|sgg|si|ri FIELD [ALL]", "geomap MODEL FIELD [NAME] [ALL]"],
        "Polygons of a level or of a model, by a name; with ALL those without rows, too.",
        "지역 단위나 모델의 도형을 이름으로 붙입니다. ALL 이면 행이 없는 도형도 남습니다.",
        "mkdata [['종로구']] ['a'] | geomap sgg a | fields a, match_status",
    ),
    help(
        &["geometric"],
        &["geometric op=area|length|centroid|buffer|distance|… [geocol=C] [filter=WKT] [as NAME]"],
        "Something computed of geometry: areas and lengths of geometry in degrees come in metres.",
        "도형에서 계산합니다: 경위도 도형의 넓이와 길이는 미터 단위입니다.",
        "model parcel | head 3 | geometric op=area | fields pnu, area_m2",
    ),
    help(
        &["georelation", "geofilter"],
        &[
            "geofilter op=within|intersects|… filter=POLYGON((…)) [circle_radius=METRES]",
            "geofilter op=… [PIPELINE]",
        ],
        "Rows whose geometry lies so to another, or to one of other rows.",
        "도형이 다른 도형, 또는 다른 행의 도형과 그런 관계인 행입니다.",
        "model parcel | geofilter op=intersects filter=POINT(126.9784 37.5857) | count",
    ),
    help(
        &["geostats"],
        &["geostats LAT LON AGGREGATE, … [by A] [level=10]"],
        "Points counted by cells of a map.",
        "점을 지도의 칸마다 셉니다.",
        "mkdata [[37.5, 127.0], [37.6, 127.0]] ['lat', 'lon'] | geostats lat lon count level=5",
    ),
    help(
        &["head", "limit"],
        &["head [N]"],
        "The first rows, in the order that a `sort` in front gave them; 10 where no number is given.",
        "처음 N개(기본 10) 행입니다. 앞의 `sort` 순서를 따릅니다.",
        "model parcel | sort pnu | head 3 | fields pnu",
    ),
    help(
        &["join", "merge"],
        &[
            "join [left|right|full|inner] MODEL [as X] [on] CONDITION",
            "join … [PIPELINE] as X on …",
            "join cross MODEL",
        ],
        "Rows of another relation beside these; its columns are named `X_column`.",
        "다른 행을 옆에 붙입니다. 붙인 열의 이름은 `X_열` 입니다.",
        "mkdata [[1, 'a']] ['k', 'v'] | join left [mkdata [[1, 'b']] ['k', 'w']] as r on k = r.k",
    ),
    help(
        &["lag", "lead"],
        &["lag A by B [count N] [partition C] [default V] [as NAME]"],
        "The value some rows before or behind, in the order of B.",
        "B 순서로 N행 앞 또는 뒤의 값입니다.",
        "mkdata [[1, 10], [2, 20]] ['n', 'v'] | lag v by n",
    ),
    help(
        &["lookup"],
        &["lookup MODEL KEY [as COLUMN], … [output A [as B], …]"],
        "Columns of the one row of a model that fits; never more rows than before.",
        "모델에서 맞는 한 행의 열을 가져옵니다. 행의 수는 늘지 않습니다.",
        "model parcel | head 1 | fields pnu as 번호 | lookup parcel pnu as 번호 output jimok",
    ),
    help(
        &["nearest"],
        &["nearest [k=5] lon=X lat=Y [within=500m] [keep=a,b] [as NAME]"],
        "The rows that are nearest to a point, with `distance_m`. Where `lon=` and `lat=` are columns: the parcels within that distance that are \
         nearest to each row, with `pnu`, what `keep=` names, and their geometry.",
        "점에서 가까운 행과 그 거리 `distance_m` 입니다. `lon=`, `lat=` 이 열이면 행마다 그 거리 안의 가까운 필지를 `pnu`, `keep=` 의 열, \
         도형과 함께 붙입니다.",
        "model parcel | nearest k=3 lon=126.9784 lat=37.5857 | fields pnu, distance_m",
    ),
    help(
        &["numbering"],
        &["numbering [NAME]"],
        "The number of each row, in the order that a `sort` in front gave them.",
        "행 번호입니다. 앞의 `sort` 순서를 따릅니다.",
        "model parcel | sort pnu | numbering | fields numbering, pnu | head 2",
    ),
    help(
        &["pivot"],
        &["pivot AGGREGATE [as NAME], … splitrow A [splitcol B [in ('x', …)]] [filter CONDITION] [sortrow asc|desc]"],
        "Groups by rows and columns. Without `in`, the values are asked for first.",
        "행과 열로 묶습니다. `in` 이 없으면 값을 먼저 찾습니다.",
        "model parcel | pivot count(*) as n splitrow emd_nm splitcol jimok in ('대', '전') sortrow asc",
    ),
    help(
        &["regex"],
        &["regex 'PATTERN'", "regex 'PATTERN' group(1)"],
        "Rows in which a text fits, or the part of it that a group takes, as `regex`.",
        "정규식에 맞는 행, 또는 그룹이 잡은 부분(`regex` 열)입니다.",
        "mkdata [['값 12'], ['없음']] ['a'] | regex '([0-9]+)' group(1)",
    ),
    help(
        &["rename"],
        &["rename OLD NEW, OLD2 NEW2"],
        "Other names for columns.",
        "열 이름을 바꿉니다.",
        "model parcel | rename jimok 지목 | fields 지목 | head 1",
    ),
    help(
        &["replace"],
        &["replace A 'from' 'to'"],
        "A text in the place of another.",
        "글자를 다른 글자로 바꿉니다.",
        "mkdata [['1번지']] ['a'] | replace a '번지' ''",
    ),
    help(
        &["round"],
        &["round N [col=A|[A, B]] [idx=[0, 1]] [tostring=true]"],
        "Numbers with fewer digits: of all columns, or of some.",
        "수를 반올림합니다: 모든 열, 또는 고른 열.",
        "mkdata [[1.256]] ['a'] | round 1 col=a",
    ),
    help(
        &["sampling"],
        &["sampling count N", "sampling ratio 0.1"],
        "Some of the rows, by chance.",
        "행을 임의로 뽑습니다.",
        "model parcel | sampling count 10 | count",
    ),
    help(
        &["simplify"],
        &["simplify 1m [geocol=C] [as NAME]"],
        "Geometry with fewer points, that stays valid.",
        "점을 줄인 도형입니다.",
        "model parcel | head 1 | simplify 1m | fields pnu",
    ),
    help(
        &["sort", "top"],
        &["sort [N] ±A, ±B [by C]", "top [N] ±A"],
        "An order, and how many rows of it; with `by`, of each group. NULL is the smallest value.",
        "정렬하고 N개를 남깁니다. `by` 가 있으면 묶음마다입니다. NULL 이 가장 작습니다.",
        "model parcel | sort 1 -bonbun by emd_nm | fields emd_nm, bonbun",
    ),
    help(
        &["stats"],
        &["stats AGGREGATE [as NAME], … [by A, date_group(T, '1d'), …]"],
        "One row for each group. Beside SQL's aggregates: countDistinct(x), quantile(x, 25), iqr(x), median(x).",
        "묶음마다 한 행입니다. SQL 집계 함수와 countDistinct(x), quantile(x, 25), iqr(x), median(x).",
        "model parcel | stats count(*) as 개수, sum(area_m2(geometry)) as 면적 by emd_nm | sort emd_nm",
    ),
    help(
        &["substr"],
        &["substr A START [LENGTH] [as NAME]"],
        "A part of a text, from 1; a negative start counts from the end.",
        "글자의 일부입니다. 1부터 세고, 음수는 끝에서 셉니다.",
        "mkdata [['종로구']] ['a'] | substr a -1",
    ),
    help(
        &["summary"],
        &["summary"],
        "Figures of every column, a row each.",
        "열마다 요약 통계 한 행입니다.",
        "model parcel | fields bonbun, jimok | summary",
    ),
    help(
        &["tile"],
        &["tile z=16 x=55880 y=25380 [layer=parcels] [properties=a,b|*]"],
        "One vector tile (MVT) of all rows, as `tile`.",
        "모든 행의 벡터 타일(MVT) 하나입니다.",
        "model parcel | tile z=14 x=13970 y=6345 properties=pnu",
    ),
    help(
        &["timechart"],
        &["timechart [T] span=1d AGGREGATE [as NAME], … [by A]"],
        "What is computed of steps of time, those without rows among them.",
        "시간 구간마다 계산합니다. 행이 없는 구간도 나옵니다.",
        "mkdata [['2024-01-01'], ['2024-01-03']] ['t':DATE] | timechart t span=1d count as n",
    ),
    help(
        &["timeline"],
        &["timeline T 1d"],
        "Rows counted by steps of time.",
        "시간 구간마다 행을 셉니다.",
        "mkdata [['2024-01-01'], ['2024-01-03']] ['t':DATE] | timeline t 1d",
    ),
    help(
        &["typecast"],
        &["typecast A real, B date"],
        "Other types; a value that cannot be converted is an error, and NULL with `SET compat = 'legacy'`.",
        "자료형을 바꿉니다. 바꿀 수 없는 값은 오류이고, `SET compat = 'legacy'` 이면 NULL 입니다.",
        "mkdata [['12']] ['a'] | typecast a integer",
    ),
    help(
        &["union"],
        &["union [all] MODEL|[PIPELINE]|sql \"…\" [order by A desc]"],
        "Rows of another relation behind these, columns by their places; equal rows once, unless `all`.",
        "다른 행을 아래에 붙입니다. 열은 순서대로 잇고, `all` 이 없으면 같은 행은 하나입니다.",
        "mkdata [[1]] ['a'] | union [mkdata [[1], [2]] ['a']] order by a",
    ),
    help(
        &["unpivot"],
        &["unpivot A B"],
        "Columns become rows: `key` and `value`.",
        "열을 행으로 바꿉니다: `key` 와 `value`.",
        "mkdata [[1, 2]] ['a', 'b'] | unpivot a b | sort key",
    ),
    help(
        &["where", "search"],
        &["where CONDITION"],
        "Rows for which it is true. Between conditions nothing means `and`; `<=>` is equal with NULL.",
        "조건이 참인 행입니다. 조건 사이에 아무 것도 없으면 `and` 이고, `<=>` 는 NULL 도 같게 봅니다.",
        "model parcel | where jimok = '대' and bonbun between 1 and 10 | count",
    ),
    help(
        &["wkt"],
        &["wkt [geocol=C] [as NAME]"],
        "Geometry as well-known text.",
        "도형을 WKT 글자로 바꿉니다.",
        "model parcel | head 1 | wkt | fields geometry",
    ),
];

/// The reference of the language as a page in Markdown, in both languages.
#[must_use]
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    for (title, commands) in [("Sources / 출처", SOURCES), ("Commands / 명령", COMMANDS)] {
        page.push_str("\n## ");
        page.push_str(title);
        page.push('\n');
        for command in commands {
            page.push_str("\n### ");
            let words: Vec<String> = command.words.iter().map(|word| format!("`{word}`")).collect();
            page.push_str(&words.join(", "));
            page.push_str("\n\n");
            for usage in command.usage {
                page.push_str("    ");
                page.push_str(usage);
                page.push('\n');
            }
            // Writing to a text cannot fail.
            let _ = write!(
                page,
                "\n{}\n\n{}\n\n```\n{}\n```\n",
                command.english, command.korean, command.example
            );
        }
    }
    page
}

const HEAD: &str = "\
# PiljiQL

<!-- Generated by `pilji dsl reference`; do not edit. -->

A text is a source and stages with bars between them: `model parcel | where jimok = '대' | stats count(*) as n by emd_nm`.
It is typed wherever SQL is: in DBeaver, over JDBC, ADBC and pyarrow, in `pilji query`. `explain sql TEXT` shows the SQL that it
becomes, `EXPLAIN TEXT` its plan. `SELECT … FROM dsl($$ TEXT $$) AS d` reads it within SQL, `CREATE VIEW v AS TEXT` keeps it.

텍스트는 출처와 `|` 로 나눈 단계로 이루어집니다. SQL 을 쓰는 곳 어디에나 그대로 쓸 수 있습니다. `explain sql 텍스트` 는 만들어지는 SQL 을
보여 줍니다.

A text is taken for PiljiQL by its first word (`model`, `*`, `mkdata`, `search`, or a condition with stages behind it), by a first line
`-- lang: dsl`, or in a session with `SET query_language = 'piljiql'`; `-- lang: sql` says the opposite.

* Names are found whatever their capitals, Hangul in any form. Names with blanks stand in back quotes, texts in single or double quotes.
* Parameters are `?`, `$1` or `${name}`; their values never become text of the query.
* Comments begin with `#` or `//`, or stand between `/*` and `*/`.
* What is wrong with a text is told with its place and, where that is known, with what to write instead; every code has a page in
  `docs/dsl/errors`. What may be meant otherwise is told as a warning: in `explain sql`, and as `notes` in the application metadata of the answer.
* `pilji dsl check`, `explain` and `fmt` look at files; `pilji dsl lsp` serves editors (diagnostics, completion, hover, format).
* `SET compat = 'legacy'` brings back what the former platform took for granted: joins without a condition, NULL for what cannot be
  converted.

```
text       = source { \"|\" stage } [\";\"]
source     = \"model\" name [\"as\" name] [\"addr\" address] [condition] | \"*\" [condition] | [\"search\"] condition
           | \"mkdata\" rows | \"sql\" text
stage      = command arguments
condition  = expr { [\"and\"] expr }
expr       = or < and < not < = == != <> < <= > >= <=> like in between is < || < + - < * / % < sign
primary    = number | text | duration | parameter | name [\".\" name] | function | \"(\" expr \")\" | case
duration   = number (\"ms\" | \"s\" | \"min\" | \"h\" | \"d\" | \"w\" | \"mon\" | \"q\" | \"y\")
address    = text | { name \"=\" value { \",\" value } }
```
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{is_command, parse};

    #[test]
    fn every_command_has_its_words_here_and_an_example_that_parses() {
        for command in COMMANDS {
            for word in command.words {
                assert!(is_command(word), "{word}");
            }
        }
        for command in SOURCES.iter().chain(COMMANDS) {
            assert!(parse(command.example).is_ok(), "{}", command.example);
            let has_word = |word: &&str| command.example.contains(word) || *word == "*";
            let is_file = command.words == ["file"];
            assert!(is_file || command.words.iter().any(has_word), "{}", command.example);
        }
        let documented: Vec<&str> = COMMANDS.iter().flat_map(|command| command.words).copied().collect();
        let missing: Vec<&str> = crate::parse::WORDS
            .iter()
            .filter(|word| !documented.contains(word) && !["mkdata", "modeldata", "sql"].contains(word))
            .copied()
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
