//! Models as several servers share them.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::datatypes::DataType;
use pilji_catalog::source::Format;
use pilji_catalog::{
    COMMENT, ColumnType, Error, FileSource, Model, ModelColumn, ModelSource, Models, Place, ROLE, Role, Variables,
    Warehouse,
};

/// The models of a warehouse as one server has them.
fn server(dir: &Path) -> Models {
    Models::new(&Warehouse::create(dir).unwrap(), Variables::default())
}

fn column(name: &str, role: Option<Role>) -> ModelColumn {
    ModelColumn {
        name: name.to_owned(),
        data_type: ColumnType::from(&DataType::Utf8),
        required: false,
        comment: None,
        role,
        evidence: None,
        metadata: BTreeMap::new(),
    }
}

fn shops(path: &Path) -> Model {
    Model {
        owner: "shared".to_owned(),
        name: "shops".to_owned(),
        revision: 0,
        comment: None,
        registered: None,
        source: ModelSource::Files(FileSource {
            place: Place::Path(path.to_owned()),
            format: Format::Parquet,
            partition_columns: Vec::new(),
            row_bytes: None,
            refresh_secs: 60,
        }),
        columns: vec![column("PNU", Some(Role::Pnu)), column("name", None)],
        remarks: Vec::new(),
    }
}

#[tokio::test]
async fn what_one_server_changes_the_others_see_at_their_next_look() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (server(dir.path()), server(dir.path()));
    assert!(other.find("shared", "shops").await.unwrap().is_none());

    let created = one.create(shops(Path::new("/data"))).await.unwrap();
    let seen = other.get("Shared", "SHOPS").await.unwrap();
    assert_eq!(*seen, *created);
    assert_eq!(seen.revision, 1);

    let mut edited = Model::clone(&seen);
    edited.comment = Some("상가".to_owned());
    edited.set_role("NAME", Some(Role::Pnu)).unwrap();
    other.update(&edited).await.unwrap();
    let seen = one.get("shared", "shops").await.unwrap();
    assert_eq!((seen.revision, seen.comment.as_deref()), (2, Some("상가")));
    assert_eq!(seen.column_with(Role::Pnu).unwrap().name, "name");

    one.remove("shared", "shops").await.unwrap();
    assert!(other.find("shared", "shops").await.unwrap().is_none());
    assert!(other.list().await.unwrap().is_empty());
    let error = other.get("shared", "shops").await.unwrap_err();
    assert!(matches!(error, Error::NoModel { .. }), "{error}");
    assert_eq!(other.create(shops(Path::new("/data"))).await.unwrap().revision, 4);
}

#[tokio::test]
async fn of_two_changes_of_one_revision_the_second_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (server(dir.path()), server(dir.path()));
    let created = one.create(shops(Path::new("/data"))).await.unwrap();
    one.update(&created).await.unwrap();
    let error = other.update(&created).await.unwrap_err();
    assert!(matches!(error, Error::Changed { revision: 2, .. }), "{error}");
    one.remove("shared", "shops").await.unwrap();
    let error = other.update(&created).await.unwrap_err();
    assert!(matches!(error, Error::Changed { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_create_one_wins_and_nobody_reads_half_a_text() {
    let dir = tempfile::tempdir().unwrap();
    let writers: Vec<_> = (0..16)
        .map(|_| {
            let models = server(dir.path());
            tokio::spawn(async move { models.create(shops(Path::new("/data"))).await })
        })
        .collect();
    let reader = server(dir.path());
    for _ in 0..200 {
        for listed in reader.list().await.unwrap() {
            assert_eq!(listed.model.unwrap().columns.len(), 2);
        }
    }
    let mut won = 0;
    for writer in writers {
        match writer.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert!(matches!(error, Error::Exists { .. }), "{error}"),
        }
    }
    assert_eq!(won, 1);
    let files = std::fs::read_dir(dir.path().join("_models/shared/shops")).unwrap();
    assert_eq!(files.count(), 1, "drafts were left behind");
}

#[tokio::test]
async fn a_text_that_was_broken_by_hand_hurts_its_own_model_only() {
    let dir = tempfile::tempdir().unwrap();
    let models = server(dir.path());
    models.create(shops(Path::new("/data"))).await.unwrap();
    let other = Model {
        name: "other".to_owned(),
        ..shops(Path::new("/data"))
    };
    models.create(other).await.unwrap();
    let file = dir.path().join("_models/shared/shops/00000001.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"pnu\"", "\"pun\"")).unwrap();

    let error = models.get("shared", "shops").await.unwrap_err().to_string();
    assert!(error.starts_with("_models/shared/shops/00000001.toml:"), "{error}");
    assert!(error.contains("not a role: \"pun\", expected one of pnu"), "{error}");
    let listed = models.list().await.unwrap();
    let readable: Vec<_> = listed
        .iter()
        .map(|listed| (listed.name.as_str(), listed.model.is_ok()))
        .collect();
    assert_eq!(readable, [("other", true), ("shops", false)]);

    let (revision, text) = models.text("shared", "shops").await.unwrap();
    let mended = models
        .update_text("shared", "shops", revision, text.replace("pun\"", "pnu\""))
        .await
        .unwrap();
    assert_eq!(mended.revision, 2);
}

#[tokio::test]
async fn names_that_are_none_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let models = server(dir.path());
    for (owner, name) in [("public", "a"), ("..", "a"), ("kim", "a b"), ("kim", "")] {
        let model = Model {
            owner: owner.to_owned(),
            name: name.to_owned(),
            ..shops(Path::new("/data"))
        };
        let error = models.create(model).await.unwrap_err();
        assert!(matches!(error, Error::Name { .. }), "{owner}.{name}: {error}");
    }
    assert!(models.find("..", "..").await.unwrap().is_none());
}

#[test]
fn comments_and_roles_are_metadata_of_the_fields() {
    let mut model = shops(Path::new("/data"));
    model
        .set_column_comment("PNU", Some("필지고유번호".to_owned()))
        .unwrap();
    let schema = model.schema();
    let metadata = schema.field(0).metadata();
    assert_eq!(metadata.get(COMMENT).map(String::as_str), Some("필지고유번호"));
    assert_eq!(metadata.get(ROLE).map(String::as_str), Some("pnu"));
    assert!(schema.field(1).metadata().is_empty());
}
