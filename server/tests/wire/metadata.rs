//! Commands that ask what there is.

use crate::fixture::{CHEONGUN, publish, start, take, texts};
use arrow::array::{Array, AsArray, UnionArray};
use arrow::datatypes::{DataType, Field, Schema, UInt32Type};
use arrow_flight::IpcMessage;
use arrow_flight::sql::{
    CommandGetDbSchemas, CommandGetExportedKeys, CommandGetPrimaryKeys, CommandGetTables, SqlInfo,
};
use pilji::wire_schema::is_geometry;

#[tokio::test]
async fn catalogs_schemas_and_table_types_are_listed() {
    let server = start().await;
    let mut client = server.client().await;
    let info = client.get_catalogs().await.unwrap();
    assert_eq!(texts(&take(&mut client, info).await.unwrap().1), ["pilji"]);
    let info = client.get_table_types().await.unwrap();
    assert_eq!(texts(&take(&mut client, info).await.unwrap().1), ["TABLE", "VIEW"]);
    for (catalog, pattern, expected) in [
        (None, None, vec!["pilji | information_schema", "pilji | public"]),
        (Some("pilji"), Some("pub%"), vec!["pilji | public"]),
        (Some("%"), Some("p_blic"), vec!["pilji | public"]),
        (Some("other"), None, vec![]),
        (Some(""), None, vec![]),
    ] {
        let request = CommandGetDbSchemas {
            catalog: catalog.map(str::to_owned),
            db_schema_filter_pattern: pattern.map(str::to_owned),
        };
        let info = client.get_db_schemas(request).await.unwrap();
        assert_eq!(
            texts(&take(&mut client, info).await.unwrap().1),
            expected,
            "{catalog:?} {pattern:?}"
        );
    }
}

#[tokio::test]
async fn tables_are_filtered_by_pattern_and_kind() {
    let server = start().await;
    let mut client = server.client().await;
    let parcel = "pilji | public | parcel | TABLE";
    for (schema, table, kinds, expected) in [
        (Some("public"), None, vec![], vec![parcel]),
        (None, Some("parcel"), vec![], vec![parcel]),
        (None, Some("par%"), vec!["TABLE"], vec![parcel]),
        (None, Some("p\\_rcel"), vec![], vec![]),
        (None, Some("p_rcel"), vec![], vec![parcel]),
        (Some("public"), None, vec!["VIEW"], vec![]),
        (
            None,
            Some("tables"),
            vec!["VIEW", "TABLE"],
            vec!["pilji | information_schema | tables | VIEW"],
        ),
        (None, Some("nothing"), vec![], vec![]),
    ] {
        let request = CommandGetTables {
            db_schema_filter_pattern: schema.map(str::to_owned),
            table_name_filter_pattern: table.map(str::to_owned),
            table_types: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            ..CommandGetTables::default()
        };
        let info = client.get_tables(request).await.unwrap();
        let (declared, batches) = take(&mut client, info).await.unwrap();
        assert_eq!(declared.fields().len(), 4);
        assert_eq!(texts(&batches), expected, "{schema:?} {table:?} {kinds:?}");
    }
}

#[tokio::test]
async fn the_schema_of_a_table_is_the_one_of_its_rows_with_what_drivers_show() {
    let server = start().await;
    let mut client = server.client().await;
    let request = CommandGetTables {
        table_name_filter_pattern: Some("parcel".to_owned()),
        include_schema: true,
        ..CommandGetTables::default()
    };
    let info = client.get_tables(request).await.unwrap();
    let (_, batches) = take(&mut client, info).await.unwrap();
    let message = batches[0].column(4).as_binary::<i32>().value(0).to_vec();
    let listed = arrow::datatypes::Schema::try_from(IpcMessage(message.into())).unwrap();
    let info = client.execute("SELECT * FROM parcel".to_owned(), None).await.unwrap();
    let bare = listed.fields().iter().map(|field| {
        let mut metadata = field.metadata().clone();
        metadata.retain(|key, _| !key.starts_with("ARROW:FLIGHT:SQL:"));
        Field::clone(field).with_metadata(metadata)
    });
    assert_eq!(Schema::new(bare.collect::<Vec<_>>()), info.try_decode_schema().unwrap());
    let said = |key: &str| {
        let metadata = listed.field_with_name("pnu").unwrap().metadata();
        metadata.get(&format!("ARROW:FLIGHT:SQL:{key}")).cloned()
    };
    assert_eq!(said("TYPE_NAME").as_deref(), Some("VARCHAR"));
    assert_eq!(said("REMARKS").as_deref(), Some("필지고유번호"));
    assert!(is_geometry(listed.field_with_name("geometry").unwrap()));
    assert_eq!(listed.field_with_name("pnu").unwrap().data_type(), &DataType::Utf8);
    assert!(!listed.field_with_name("pnu").unwrap().is_nullable());
}

#[tokio::test]
async fn a_pnu_is_a_key_while_no_parcel_has_two_rows() {
    let server = start().await;
    let mut client = server.client().await;
    let mut keys = async |table: &str| {
        let request = CommandGetPrimaryKeys {
            catalog: Some("pilji".to_owned()),
            table: table.to_owned(),
            ..CommandGetPrimaryKeys::default()
        };
        let info = client.get_primary_keys(request).await.unwrap();
        let (schema, batches) = take(&mut client, info).await.unwrap();
        assert_eq!(schema.fields().len(), 6);
        texts(&batches)
    };
    assert_eq!(keys("parcel").await, ["pilji | public | parcel | pnu | pnu | 1"]);
    assert!(keys("nothing").await.is_empty());
    assert!(keys("no such name").await.is_empty());
    let twice = [CHEONGUN[0], CHEONGUN[1], CHEONGUN[0]];
    publish(server.dir.path(), "2026-05-01", &twice).await;
    assert!(keys("parcel").await.is_empty());
    publish(server.dir.path(), "2026-06-01", &CHEONGUN).await;
    assert_eq!(keys("parcel").await.len(), 1);
}

#[tokio::test]
async fn foreign_keys_are_an_empty_answer_and_no_error() {
    let server = start().await;
    let mut client = server.client().await;
    let request = CommandGetExportedKeys {
        table: "parcel".to_owned(),
        ..CommandGetExportedKeys::default()
    };
    let info = client.get_exported_keys(request).await.unwrap();
    let (schema, batches) = take(&mut client, info).await.unwrap();
    assert_eq!((schema.fields().len(), texts(&batches).len()), (13, 0));
}

/// The member of the union that drivers cast each code to: 0 text, 1 boolean, 2 64-bit, 3 bitmask, 4 list, 5 map.
fn member(code: u32) -> i8 {
    match code {
        0..=2 | 6 | 7 | 504 | 513 | 514 | 529..=531 => 0,
        508..=512 => 4,
        517 => 5,
        541..=555 | 557..=562 => 2,
        8 | 100 | 101 | 503 | 505 | 507 | 522 | 525 | 526 | 528 | 533..=535 | 538 | 540 | 564 | 567..=571 => 3,
        _ => 1,
    }
}

#[tokio::test]
async fn every_code_of_sql_info_is_answered_in_its_type() {
    let server = start().await;
    let mut client = server.client().await;
    let info = client.get_sql_info(Vec::new()).await.unwrap();
    let (_, batches) = take(&mut client, info).await.unwrap();
    let codes: Vec<u32> = batches[0].column(0).as_primitive::<UInt32Type>().values().to_vec();
    let known: Vec<u32> = (0..=576)
        .filter(|code| SqlInfo::try_from(*code).is_ok())
        .map(|code| u32::try_from(code).unwrap())
        .collect();
    assert_eq!(codes, known, "all codes of the protocol, and no other");
    let values = batches[0].column(1).as_any().downcast_ref::<UnionArray>().unwrap();
    for (row, code) in codes.iter().enumerate() {
        assert_eq!(values.type_id(row), member(*code), "code {code}");
        assert!(!values.value(row).is_empty());
    }

    let info = client.get_sql_info(vec![SqlInfo::FlightSqlServerName]).await.unwrap();
    let (_, batches) = take(&mut client, info).await.unwrap();
    assert_eq!(texts(&batches), ["0 | {string_value=Pilji}"]);
}
