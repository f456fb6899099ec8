//! Views: queries under a name, which are asked again whenever the view is read.

use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::catalog::TableProvider;
use datafusion::datasource::ViewTable;
use datafusion::logical_expr::LogicalPlan;
use pilji_catalog::{
    ColumnType, Existing, Model, ModelColumn, ModelSource, StoreRequest, is_temporary, korean_comment,
};

use super::reading::{self, LookedUp};
use super::snapshot::{self, Scope};
use super::statement::Kind;
use super::{Settings, Versions, planning};
use crate::error::{Error, Result};
use crate::wire_schema::wire_schema;

/// How deep views may be made of views: deeper than any that people make, and not so deep that a circle goes far.
const MAX_DEPTH: usize = 16;

/// A view that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateView {
    /// Whose it will be, its name, query and columns.
    pub(super) model: Model,
    /// Whether it takes the place of a view that is there.
    pub(super) or_replace: bool,
    /// Whether a view that is there already is left as it is.
    pub(super) if_not_exists: bool,
}

impl CreateView {
    /// A view of a planned query.
    ///
    /// # Errors
    ///
    /// [`Error::Clause`] when the query has parameters.
    pub(super) fn of(
        request: StoreRequest,
        if_not_exists: bool,
        query: String,
        plan: &LogicalPlan,
        parameters: &[String],
    ) -> Result<Self> {
        if !parameters.is_empty() {
            return Err(Error::Clause {
                clause: "a parameter in a view".to_owned(),
                instead: "write the value".to_owned(),
            });
        }
        let StoreRequest {
            owner, name, existing, ..
        } = request;
        let columns = columns(&wire_schema(plan.schema().as_arrow()));
        let model = Model {
            owner,
            name,
            revision: 0,
            comment: None,
            registered: None,
            source: ModelSource::View(query),
            columns,
            remarks: Vec::new(),
        };
        Ok(Self {
            model,
            or_replace: existing == Existing::Replace,
            if_not_exists,
        })
    }
}

fn columns(schema: &Schema) -> Vec<ModelColumn> {
    let columns = schema.fields().iter().map(|field| ModelColumn {
        name: field.name().clone(),
        data_type: ColumnType::from(field.data_type()),
        required: false,
        comment: korean_comment(field.name()).map(str::to_owned),
        role: None,
        evidence: None,
        metadata: field.metadata().clone().into_iter().collect(),
    });
    columns.collect()
}

/// A view as a table, over the tables as they are now or as they were pinned, and the versions of these tables.
///
/// Names in its query mean what they mean to its owner, whoever asks.
///
/// # Errors
///
/// [`Error::View`] when its query cannot be planned any more, or it is made of itself.
pub(super) async fn table(
    scope: Scope<'_>,
    model: &Model,
    query: &str,
    versions: Option<&Versions>,
    depth: usize,
) -> Result<(Arc<dyn TableProvider>, Versions)> {
    let broken = |cause: Error| match cause {
        // The innermost view is the broken one.
        Error::View { .. } => cause,
        cause => Error::View {
            view: model.full_name(),
            cause: Box::new(cause),
        },
    };
    if depth >= MAX_DEPTH {
        return Err(broken(Error::Request {
            reason: format!("it is made of views {MAX_DEPTH} deep, or of itself"),
        }));
    }
    let settings = if is_temporary(&model.owner) {
        scope.settings.clone()
    } else {
        Settings::of(&model.owner)
    };
    let scope = Scope {
        settings: &settings,
        ..scope
    };
    plan(scope, query, versions, depth).await.map_err(broken)
}

async fn plan(
    scope: Scope<'_>,
    query: &str,
    versions: Option<&Versions>,
    depth: usize,
) -> Result<(Arc<dyn TableProvider>, Versions)> {
    let mut session = scope.session.clone();
    let read = reading::read(&session, query, &scope.settings.options)?;
    if read.kind != Kind::Query {
        return Err(super::statement::refused(query));
    }
    let looked_up = Box::pin(read.look_up(scope, &mut session, versions, depth + 1, Arc::default())).await?;
    let known = match looked_up {
        LookedUp::Known(known) => *known,
        LookedUp::Wants(_) => {
            return Err(Error::Clause {
                clause: "a pivot whose values are not named, in a view,".to_owned(),
                instead: "name the values: splitcol … in (…)".to_owned(),
            });
        }
    };
    let plan = match planning::logical_plan(&mut session, known.statement, &known.snapshot).await? {
        Ok(plan) => plan,
        Err(error) => return Err(snapshot::explain(error, &known.snapshot.missing, scope).await),
    };
    Ok((Arc::new(ViewTable::new(plan, Some(query.to_owned()))), known.pinned))
}
