//! How large, how long, how far.

use crate::check;

#[test]
fn st_area_takes_holes_off() {
    check(
        "st_area('POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1))')",
        "15.0",
    );
    check("st_area('LINESTRING(0 0,1 1)')", "0.0");
    check("st_area('POLYGON EMPTY')", "0.0");
    check("st_area(NULL)", "NULL");
    check("st_area('POLYGON((0 0,1 0))')", "…closed rings");
    check("st_area(x'0103')", "…not WKB");
    check("st_area(1)", "…argument 1 (geometry) must be a geometry");
}
