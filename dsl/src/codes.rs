//! What each code of a diagnostic means, with a text that earns it and the same put right.

use std::fmt::Write as _;

/// A code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The code itself.
    pub code: &'static str,
    /// What is wrong, in English.
    pub english: &'static str,
    /// What is wrong, in Korean.
    pub korean: &'static str,
    /// A text that is wrong in this way; empty where it would be too long.
    pub wrong: &'static str,
    /// The text put right.
    pub right: &'static str,
}

const fn code(
    code: &'static str,
    english: &'static str,
    korean: &'static str,
    wrong: &'static str,
    right: &'static str,
) -> Code {
    Code {
        code,
        english,
        korean,
        wrong,
        right,
    }
}

/// Every code, in order: errors by what they are about, then warnings.
#[rustfmt::skip]
pub const CODES: &[Code] = &[
    // The text.
    code("E0001", "A text, a name or a comment is not closed.", "글자, 이름, 주석이 닫히지 않았습니다.", "model parcel | where jimok = '대", "model parcel | where jimok = '대' | count"),
    code("E0002", "A character has no meaning here.", "쓸 수 없는 문자입니다.", "model parcel | where bonbun ^ 2", "model parcel | where bonbun = 2 | count"),
    code("E0003", "The text is too long. Rows of that number are registered as a model.", "텍스트가 너무 깁니다. 그만한 행은 모델로 등록하세요.", "", "model parcel | count"),
    code("E0101", "Something else is expected here.", "여기에는 다른 것이 와야 합니다.", "model parcel | where", "model parcel | where san | count"),
    code("E0102", "The number of rows is not a whole number.", "행의 수가 정수가 아닙니다.", "model parcel | head 1.5", "model parcel | head 1 | fields pnu"),
    code("E0103", "Brackets or operators are too deep inside of each other.", "괄호나 연산자가 너무 깊게 겹쳤습니다.", "", "model parcel | count"),
    code("E0104", "A step of time is expected.", "시간 간격이 와야 합니다.", "model parcel | bucket base_date span=often", "model parcel | bucket base_date span=1y | head 1 | fields base_date"),
    code("E0105", "The first row of `modeldata` holds the names of the columns.", "`modeldata` 의 첫 행은 열 이름입니다.", "model parcel | modeldata [[1],[2]]", "model parcel | modeldata [[a],[2]]"),
    code("E0106", "A stage has too many operators. A list of values is `column in (…)`.", "한 단계에 연산자가 너무 많습니다. 값 목록은 `열 in (…)` 으로 쓰세요.", "", "model parcel | where bonbun in (1, 2, 3) | count"),
    code("E0110", "The former platform's option of a model is a condition here.", "이전 플랫폼의 모델 옵션은 조건으로 씁니다.", "model parcel start_date=20200101000000", "model parcel base_date >= '2020-01-01' | count"),
    code("E0111", "An address has up to four parts: 시도, 시군구, 읍면동, 리.", "주소는 네 부분까지입니다.", "model parcel | addr 'a/b/c/d/e'", "model parcel | addr '*/*' | count"),
    code("E0120", "There is no such command.", "그런 명령은 없습니다.", "model parcel | stat count", "model parcel | stats count"),
    code("E0121", "A command of the former platform that is no part of the language; the message says what to use.", "이 언어에 없는 이전 플랫폼의 명령입니다. 대신 쓸 것을 알려 줍니다.", "model parcel | kmeans bonbun", "model parcel | summary"),
    code("E0122", "Sums of all columns are not made by one word.", "모든 열의 합계는 한 단어로 만들지 않습니다.", "model parcel | calculate add all", "model parcel | calculate bonbun + bubon as 합 | head 1 | fields 합"),
    code("E0123", "The value of `fillna` is no column.", "`fillna` 의 값은 열이 아닙니다.", "model parcel | fillna ri_nm emd_nm", "model parcel | eval ri_nm = coalesce(ri_nm, emd_nm) | head 1 | fields ri_nm"),
    code("E0124", "The former platform's word for a join with something that is no model.", "모델이 아닌 것과 잇는 이전 플랫폼의 명령입니다.", "mkdata [[1]] ['a'] | join_mkdata alias_table_name='r' join_type='inner' join_query='a = r.a' mkdata='[[1]] ['a']'", "mkdata [[1]] ['a'] | join inner [mkdata [[1]] ['a']] as r on a = r.a"),
    // Sources.
    code("E0130", "`*` and bare conditions need a default model.", "`*` 와 조건만 쓴 질의에는 기본 모델이 필요합니다.", "* | head 3", "model parcel | head 3 | fields pnu"),
    code("E0132", "There are no rows.", "행이 없습니다.", "mkdata [[]]", "mkdata [[1]]"),
    code("E0140", "SQL within a text is no query that reads.", "텍스트 안의 SQL 이 읽기 질의가 아닙니다.", "model parcel | sql $$ DROP TABLE x $$", "model parcel | sql $$ SELECT count(*) AS n FROM prev $$"),
    // Names.
    code("E0201", "There is no such column at this place.", "여기에 그런 열이 없습니다.", "model parcel | where jimk = '대'", "model parcel | where jimok = '대' | count"),
    code("E0202", "Two columns would have one name.", "열 이름이 겹칩니다.", "model parcel | fields pnu, jimok as pnu", "model parcel | fields pnu, jimok as 지목 | head 1"),
    code("E0203", "Nothing is called so here.", "여기에 그런 이름의 모델이 없습니다.", "model parcel | where p.jimok = '대'", "model parcel as p | where p.jimok = '대' | count"),
    code("E0204", "There is no such function.", "그런 함수가 없습니다.", "model parcel | eval a = uper(jimok)", "model parcel | eval a = upper(jimok) | head 1 | fields a"),
    code("E0205", "A function of many rows stands where there are no groups.", "여러 행의 함수가 묶음 밖에 있습니다.", "model parcel | where sum(bonbun) > 1", "model parcel | stats sum(bonbun) as 합 | where 합 > 1"),
    code("E0206", "A function needs an order of rows.", "행의 순서가 필요한 함수입니다.", "model parcel | eval a = row_number()", "model parcel | sort pnu | numbering | head 1 | fields numbering"),
    code("E0207", "A function is given other arguments than it takes.", "함수의 인수가 맞지 않습니다.", "model parcel | stats quantile(bonbun, 200) as q", "model parcel | stats quantile(bonbun, 25) as q"),
    code("E0208", "No column would be left.", "남는 열이 없습니다.", "model parcel | fields -*", "model parcel | fields -geometry, bbox | head 1"),
    code("E0209", "A column may have many values in a group.", "한 묶음에 값이 여럿일 수 있습니다.", "model parcel | stats bonbun by emd_nm", "model parcel | stats max(bonbun) as 최대 by emd_nm"),
    code("E0210", "There is no such model.", "그런 모델이 없습니다.", "model parcle", "model parcel | count"),
    code("E0211", "Several owners have a model of this name.", "모델의 소유자가 여럿입니다.", "", "model parcel | count"),
    code("E0220", "Rows with other numbers of columns cannot be put together.", "열의 수가 다른 행은 이을 수 없습니다.", "mkdata [[1]] ['a'] | union [mkdata [[1, 2]] ['a', 'b']]", "mkdata [[1]] ['a'] | append [mkdata [[1, 2]] ['a', 'b']]"),
    code("E0221", "A join has no condition, so that every row would meet every row.", "조인에 조건이 없습니다.", "mkdata [[1]] ['a'] | join [mkdata [[2]] ['b']] as r", "mkdata [[1]] ['a'] | join cross [mkdata [[2]] ['b']] as r"),
    code("E0222", "A cross join has no condition.", "cross 조인에는 조건이 없습니다.", "mkdata [[1]] ['a'] | join cross [mkdata [[1]] ['b']] as r on a = r.b", "mkdata [[1]] ['a'] | join inner [mkdata [[1]] ['b']] as r on a = r.b"),
    // Values.
    code("E0300", "The stage cannot be planned; the message is the planner's.", "단계를 실행할 수 없습니다. 계획기의 설명이 붙습니다.", "model parcel | sql $$ SELECT jimk FROM prev $$", "model parcel | sql $$ SELECT jimok FROM prev LIMIT 1 $$"),
    code("E0301", "A condition is neither true nor false.", "조건이 참/거짓이 아닙니다.", "model parcel | where bonbun", "model parcel | where bonbun > 0 | count"),
    code("E0302", "A text is compared with a number.", "글자를 수와 비교했습니다.", "model parcel | where jimok = 1", "model parcel | where jimok = '1' | count"),
    code("E0303", "A text cannot be computed with.", "글자로는 계산할 수 없습니다.", "model parcel | eval a = jimok + 1", "model parcel | eval a = jimok || '1' | head 1 | fields a"),
    code("E0304", "The list of `in` is empty.", "`in` 목록이 비어 있습니다.", "model parcel | where jimok in ()", "model parcel | where jimok in ('대') | count"),
    code("E0305", "There is no such type.", "그런 자료형이 없습니다.", "model parcel | typecast bonbun numbr", "model parcel | typecast bonbun real | head 1 | fields bonbun"),
    code("E0306", "`m` may be minutes or months.", "`m` 은 분인지 월인지 알 수 없습니다.", "model parcel | bucket base_date span=1m", "model parcel | bucket base_date span=1mon | head 1 | fields base_date"),
    // Stages.
    code("E0402", "A share is from 0 to 1.", "비율은 0에서 1까지입니다.", "model parcel | sampling ratio 2", "model parcel | sampling ratio 0.5 | stats count(*) >= 0 as a"),
    code("E0404", "Characters are counted from 1, or from the end with -1.", "글자는 1부터, 끝에서는 -1부터 셉니다.", "model parcel | substr pnu 0", "model parcel | substr pnu 1 5 | head 1 | fields substr"),
    code("E0405", "The column holds no text.", "글자 열이 아닙니다.", "model parcel | replace bonbun '1' '2'", "model parcel | typecast bonbun text | replace bonbun '1' '2' | head 1 | fields bonbun"),
    code("E0406", "There is no column of this number.", "그 번호의 열이 없습니다.", "mkdata [[1.5]] | round 0 idx=[3]", "mkdata [[1.5]] | round 0 idx=[0]"),
    code("E0407", "The column holds no numbers.", "수 열이 아닙니다.", "model parcel | round 1 col=jimok", "model parcel | round 1 col=bonbun | head 1 | fields bonbun"),
    code("E0408", "There are other numbers of digits than of columns.", "자릿수와 열의 수가 다릅니다.", "mkdata [[1.5]] ['a'] | round [1, 2] col=[a]", "mkdata [[1.5]] ['a'] | round [1] col=[a]"),
    code("E0409", "There is no column of text.", "글자 열이 없습니다.", "mkdata [[1]] | regex 'a'", "mkdata [['a']] | regex 'a'"),
    code("E0410", "The regular expression has no such group.", "정규식에 그 그룹이 없습니다.", "mkdata [['a']] | regex 'a' group(2)", "mkdata [['a']] | regex '(a)' group(1)"),
    code("E0411", "It is not said which column of times is meant.", "어느 시간 열인지 알 수 없습니다.", "mkdata [[1]] ['a'] | timechart span=1d count", "mkdata [['2024-01-01']] ['t':DATE] | timechart span=1d count"),
    code("E0420", "A value that becomes a column is a text or a number.", "열이 될 값은 글자나 수입니다.", "model parcel | pivot count(*) splitrow emd_nm splitcol jimok in (null)", "model parcel | pivot count(*) splitrow emd_nm splitcol jimok in ('대')"),
    code("E0421", "Too many values would become columns.", "열이 될 값이 너무 많습니다.", "model parcel | pivot count(*) splitrow jimok splitcol pnu", "model parcel | pivot count(*) splitrow jimok splitcol emd_nm"),
    // Districts.
    code("E0501", "There is no legal district of this name here.", "여기에 그런 법정동이 없습니다.", "model parcel | addr '서울특별시/종노구'", "model parcel | addr '서울특별시/종로구' | count"),
    code("E0503", "An administrative dong (행정동) is no legal one (법정동); the message lists those that it covers.", "행정동은 법정동이 아닙니다. 관할 법정동을 알려 줍니다.", "model parcel | addr '서울특별시/종로구/창신제1동'", "model parcel | addr '서울특별시/종로구/창신동' | count"),
    code("E0505", "The value is not of the column's kind.", "열의 종류에 맞지 않는 값입니다.", "model parcel | addr BONBUN=많음", "model parcel | addr BONBUN=1 | count"),
    code("E0506", "Parcels of a city with 구 lie in these.", "구가 있는 시의 필지는 그 구에 있습니다.", "model parcel | addr '경기도/안양시'", "model parcel | addr '경기도/안양시 *' | count"),
    // Geometry.
    code("E0601", "There is no column of geometry.", "도형 열이 없습니다.", "mkdata [[1]] | bbox 1,2,3,4", "model parcel | bbox 1,2,3,4 | count"),
    code("E0602", "There are several columns of geometry.", "도형 열이 여럿입니다.", "model parcel | rename geometry g | eval h = st_centroid(g) | wkt", "model parcel | rename geometry g | eval h = st_centroid(g) | wkt geocol=h | head 1 | fields h"),
    code("E0603", "A point is made of two columns.", "점은 두 열로 만듭니다.", "mkdata [[1, 2]] ['x', 'y'] | georelation intype=LONGLAT filter=POINT(1 2)", "mkdata [[1, 2]] ['x', 'y'] | georelation intype=LONGLAT x_col=x y_col=y filter=POINT(1 2)"),
    code("E0604", "The command has no such option.", "명령에 없는 옵션입니다.", "model parcel | geojoin by=pnu pun=pnu", "model parcel | head 1 | fields pnu | geojoin by=pnu pnu=pnu | fields match_status"),
    code("E0605", "An option stands twice.", "옵션이 두 번 있습니다.", "model parcel | nearest lon=1 lon=2 lat=3", "model parcel | nearest lon=1 lat=3 | fields pnu"),
    code("E0606", "The value of an option is of another kind.", "옵션 값의 종류가 다릅니다.", "model parcel | nearest k=a lon=126.97 lat=37.58", "model parcel | nearest lon=1 lat=3 | fields pnu"),
    code("E0607", "A length is a number of metres.", "길이는 미터입니다.", "model parcel | buffer 50ft", "model parcel | head 1 | buffer 15m | fields pnu"),
    code("E0608", "Forms of geometry are WKT, WKB, GEOJSON and LONGLAT.", "도형 형식은 WKT, WKB, GEOJSON, LONGLAT 입니다.", "model parcel | geoflip intype=KML", "model parcel | head 1 | geoflip | fields pnu"),
    code("E0609", "Rows of two pipelines are compared by columns of geometry.", "두 파이프라인은 도형 열로 비교합니다.", "mkdata [['POINT(1 2)']] ['a'] | geofilter intype=WKT geocol=a [model parcel]", "mkdata [['POINT(1 2)']] ['a'] | eval g = st_geomfromtext(a, 4326) | geofilter geocol=g [model parcel] | fields a"),
    code("E0610", "It is not said by what rows are matched.", "무엇으로 붙일지 알 수 없습니다.", "model parcel | geojoin pnu=pnu", "model parcel | head 1 | fields pnu | geojoin by=pnu | fields match_status"),
    code("E0611", "Districts name no parcel.", "지역만으로는 필지를 알 수 없습니다.", "model parcel | fields bjd_cd | geojoin by=bjd bjd=bjd_cd level=parcel", "model parcel | head 1 | fields bjd_cd | geojoin by=bjd bjd=bjd_cd level=emd | fields match_status"),
    code("E0612", "A column that is needed is not given.", "필요한 열이 없습니다.", "model parcel | fields pnu | geojoin by=name", "model parcel | head 1 | fields si_nm | geojoin by=name si=si_nm | fields match_status"),
    code("E0613", "There is no data to find places by this.", "이것으로 위치를 찾을 자료가 없습니다.", "model parcel | fields pnu | geocode codetype=code zipcode=pnu", "model parcel | head 1 | fields si_nm | geocode codetype=address SI=si_nm | fields match_status"),
    code("E0614", "`geomap` needs a collection and a column.", "`geomap` 에는 모음과 열이 필요합니다.", "model parcel | geomap emd", "model parcel | head 1 | fields emd_nm | geomap emd emd_nm | fields match_status"),
    code("E0615", "It is not said which column of a collection names its polygons.", "모음에서 어느 열이 이름인지 알 수 없습니다.", "mkdata [['a']] ['a'] | geomap admin_area a", "mkdata [['a']] ['a'] | geomap admin_area a emd_nm | fields a"),
    code("E0616", "There is no such level.", "그런 단위가 없습니다.", "model parcel | fields pnu | geojoin by=pnu level=dong", "model parcel | head 1 | fields pnu | geojoin by=pnu level=emd | fields match_status"),
    code("E0617", "There is no such type of join.", "그런 조인 종류가 없습니다.", "model parcel | fields pnu | geojoin by=pnu type=outer", "model parcel | head 1 | fields pnu | geojoin by=pnu type=inner | fields match_status"),
    code("E0618", "`on_ambiguous=` takes null, first, all or error.", "`on_ambiguous=` 에는 null, first, all 이 옵니다.", "model parcel | fields pnu | geojoin by=pnu on_ambiguous=any", "model parcel | head 1 | fields pnu | geojoin by=pnu on_ambiguous=first | fields match_status"),
    code("E0619", "It is not said what geometry is compared with.", "비교할 도형이 없습니다.", "model parcel | geofilter op=within", "model parcel | geofilter op=within filter=POLYGON((0 0, 1 0, 1 1, 0 0)) | count"),
    code("E0620", "A length is missing.", "길이가 없습니다.", "model parcel | buffer", "model parcel | head 1 | buffer 5m | fields pnu"),
    code("E0621", "A corner of a box is a number of degrees.", "상자의 모서리는 도 단위 수입니다.", "model parcel | bbox 1m,2,3,4", "model parcel | bbox 1,2,3,4 | count"),
    code("E0622", "A box has four numbers: west, south, east, north.", "상자는 서, 남, 동, 북 네 수입니다.", "model parcel | bbox 1,2,3", "model parcel | bbox 1,2,3,4 | count"),
    code("E0623", "`nearest` needs a point.", "`nearest` 에는 기준점이 필요합니다.", "model parcel | nearest k=3", "model parcel | nearest k=3 lon=127 lat=37 | fields pnu"),
    code("E0624", "`geostats` needs columns of latitude and longitude.", "`geostats` 에는 위도와 경도 열이 필요합니다.", "", "mkdata [[37.5, 127.0]] ['a', 'b'] | geostats a b count"),
    code("E0625", "`op=` takes other words here.", "`op=` 에 올 수 없는 값입니다.", "model parcel | geometric op=volume", "model parcel | head 1 | geometric op=area | fields area_m2"),
    code("E0626", "It is not said into what form geometry goes.", "어떤 형식으로 바꿀지 알 수 없습니다.", "model parcel | geoconverter", "model parcel | head 1 | geoconverter outtype=WKT | fields WKT"),
    code("E0627", "A tile has three whole numbers.", "타일은 정수 셋입니다.", "model parcel | tile z=2", "model parcel | tile z=2 x=1 y=1"),
    code("E0628", "`nearest` to each row needs a distance.", "행마다 찾는 `nearest` 에는 거리가 필요합니다.", "mkdata [[126.98, 37.58]] ['x', 'y'] | nearest lon=x lat=y", "mkdata [[126.98, 37.58]] ['x', 'y'] | nearest lon=x lat=y within=500m | fields pnu, distance_m"),
    // Warnings: the text is run.
    code("W0141", "The order of SQL within a text is not kept, for it is by no column of its result.", "SQL 의 정렬 기준이 결과 열이 아니어서 순서가 유지되지 않습니다.", "", "model parcel | sql $$ SELECT pnu FROM prev ORDER BY pnu $$ | head 1"),
    code("W0221", "Every row meets every row, as with `compat = 'legacy'`.", "`compat = 'legacy'` 에서 모든 행이 서로 만납니다.", "", "mkdata [[1]] ['a'] | join cross [mkdata [[2]] ['b']] as r"),
    code("W0302", "A comparison with NULL is never true.", "NULL 과의 비교는 참이 되지 않습니다.", "", "model parcel | where ri_nm is null | count"),
    code("W0303", "`*` is compared as it is outside of `addr`.", "`addr` 밖에서 `*` 는 글자 그대로입니다.", "", "model parcel | where emd_nm like '청%' | count"),
    code("W0401", "Which of equal rows stay is by chance.", "같은 행 중 무엇이 남을지 정해지지 않습니다.", "", "model parcel | dedup emd_nm by pnu | fields emd_nm"),
    code("W0403", "Rows are numbered by chance.", "행 번호가 임의로 붙습니다.", "", "model parcel | sort pnu | numbering | head 1 | fields numbering"),
    code("W0404", "`top` without a sign gives the smallest.", "부호가 없는 `top` 은 작은 값부터 보여 줍니다.", "", "model parcel | top 1 -bonbun | fields bonbun"),
    code("W0502", "A former name of a district is read as the present one.", "이전 지역 이름을 지금 이름으로 읽습니다.", "", "model parcel | count"),
];

/// The page of a code, in Markdown.
#[must_use]
pub fn page(code: &Code) -> String {
    // Writing to a text cannot fail.
    let mut page = format!("# {}\n\n{}\n\n{}\n", code.code, code.english, code.korean);
    if !code.wrong.is_empty() {
        let _ = write!(page, "\nWrong / 틀린 예:\n\n    {}\n", code.wrong);
    }
    let _ = write!(page, "\nRight / 바른 예:\n\n    {}\n", code.right);
    page
}
