//! One schema for an answer, wherever it is told: when it is prepared, planned, asked for, and read.

use std::collections::BTreeSet;

use crate::fixture::{Client, start};
use arrow::datatypes::Schema;
use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::sql::{CommandStatementQuery, ProstMessageExt};
use arrow_flight::{FlightDescriptor, IpcMessage};
use futures::TryStreamExt;
use prost::Message;
use tonic::transport::Channel;

/// Queries that are asked.
const QUERIES: usize = 200;

/// What may stand in a list of columns, under a name that is put behind it.
const COLUMNS: [&str; 34] = [
    "p.pnu",
    "p.geometry",
    "p.bbox",
    "p.base_date",
    "p.bonbun",
    "p.ri_nm",
    "q.jimok",
    "q.geometry",
    "NULL",
    "1",
    "1.5",
    "1.5::decimal(10, 2)",
    "'필지'",
    "true",
    "INTERVAL '1 day'",
    "TIMESTAMP '2021-05-01 00:00:00'",
    "now()",
    "TIME '12:34:56'",
    "arrow_cast(p.jimok, 'Dictionary(Int32, Utf8)')",
    "arrow_cast(q.jimok, 'Dictionary(UInt8, LargeUtf8)')",
    "arrow_cast(p.pnu, 'Utf8View')",
    "arrow_cast(p.geometry, 'BinaryView')",
    "arrow_cast(p.bonbun, 'Float16')",
    "make_array(p.pnu, q.jimok)",
    "make_array(arrow_cast(p.jimok, 'Dictionary(Int32, Utf8)'))",
    "make_array(make_array(p.bonbun), NULL)",
    "named_struct('a', p.pnu, 'b', make_array(p.bbox))",
    "map(['a', 'b'], [p.bonbun, q.bubon])",
    "st_centroid(p.geometry)",
    "st_area(p.geometry)",
    "pnu_parts(p.pnu)",
    "coalesce(q.ri_nm, '없음')",
    "CASE WHEN p.bonbun > 1 THEN p.jimok END",
    "nullif(p.bubon, 0)",
];

/// What a list of columns is asked of. `{}` stands for the list.
const FORMS: [&str; 10] = [
    "SELECT {} FROM parcel p JOIN parcel q USING (pnu)",
    "SELECT {} FROM parcel p LEFT JOIN parcel q ON p.bonbun = q.bubon",
    "SELECT {} FROM parcel p FULL JOIN parcel q ON p.bonbun = q.bubon AND p.jimok = q.jimok",
    "SELECT {} FROM parcel p CROSS JOIN parcel q WHERE p.bonbun > 9000",
    "SELECT {} FROM parcel p JOIN parcel q ON p.pnu = q.pnu ORDER BY p.pnu LIMIT 0",
    "SELECT * FROM (SELECT {} FROM parcel p, parcel q WHERE p.pnu < q.pnu) s LIMIT 3",
    "WITH w AS (SELECT {} FROM parcel p JOIN parcel q ON p.pnu = q.pnu) SELECT * FROM w UNION ALL SELECT * FROM w",
    "SELECT {} FROM parcel p JOIN parcel q ON st_intersects(p.geometry, q.geometry)",
    "SELECT {}, count(*) OVER (PARTITION BY p.jimok) AS n FROM parcel p JOIN parcel q ON p.pnu = q.pnu",
    "SELECT {} FROM (SELECT * FROM parcel WHERE false) p JOIN parcel q ON p.pnu = q.pnu",
];

/// Queries of all forms over columns that are taken in turn, so that the same ones are asked each time.
fn queries() -> Vec<String> {
    let mut state: u64 = 20_210_501;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    (0..QUERIES)
        .map(|idx| {
            let columns: Vec<String> = (0..=next(5))
                .map(|column| format!("{} AS c{column}", COLUMNS[next(COLUMNS.len())]))
                .collect();
            FORMS[idx % FORMS.len()].replace("{}", &columns.join(", "))
        })
        .collect()
}

/// The schemas of a query: prepared, announced, asked for, and that of its rows.
async fn told(client: &mut Client, raw: &mut FlightServiceClient<Channel>, sql: &str) -> [Schema; 4] {
    let prepared = client
        .prepare(sql.to_owned(), None)
        .await
        .map_err(|error| format!("{sql}: {error}"))
        .unwrap();
    let of_prepared = prepared.dataset_schema().unwrap().clone();
    prepared.close().await.unwrap();
    let command = CommandStatementQuery {
        query: sql.to_owned(),
        transaction_id: None,
    };
    let descriptor = FlightDescriptor::new_cmd(command.as_any().encode_to_vec());
    let asked_for = raw.get_schema(descriptor.clone()).await.unwrap().into_inner();
    let of_get_schema = Schema::try_from(IpcMessage(asked_for.schema)).unwrap();
    let info = raw.get_flight_info(descriptor).await.unwrap().into_inner();
    let of_info = info.clone().try_decode_schema().unwrap();
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let mut rows = client
        .do_get(ticket)
        .await
        .map_err(|error| format!("{sql}: {error}"))
        .unwrap();
    let mut of_batches = Vec::new();
    while let Some(batch) = rows
        .try_next()
        .await
        .map_err(|error| format!("{sql}: {error}"))
        .unwrap()
    {
        of_batches.push(batch.schema());
    }
    let of_rows = rows.schema().unwrap();
    for of_batch in of_batches {
        assert_eq!(&of_batch, of_rows, "{sql}");
    }
    [of_prepared, of_info, of_get_schema, Schema::clone(of_rows)]
}

#[tokio::test]
async fn a_schema_is_told_in_four_places_alike() {
    let server = start().await;
    let mut client = server.client().await;
    let mut raw = FlightServiceClient::new(server.channel().await);
    let mut types = BTreeSet::new();
    for sql in queries() {
        let schemas = told(&mut client, &mut raw, &sql).await;
        for (schema, place) in schemas.iter().zip(["Prepare", "FlightInfo", "GetSchema", "DoGet"]) {
            assert_eq!(schema, &schemas[0], "{place}: {sql}");
        }
        types.extend(schemas[0].fields().iter().map(|field| field.data_type().to_string()));
    }
    // So that the queries are not all alike.
    assert!(types.len() >= 20, "{types:?}");
}
