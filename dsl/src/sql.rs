//! Pieces of SQL's syntax tree, built rather than written: no text becomes SQL by being put together.

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, Cte, DataType, Distinct, DuplicateTreatment, ExactNumberInfo, Expr, Function,
    FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, Interval, Join,
    JoinConstraint, JoinOperator, LimitClause, ObjectName, ObjectNamePart, OrderBy, OrderByExpr, OrderByKind,
    OrderByOptions, Parens, Query, Select, SelectFlavor, SelectItem, SetExpr, SetOperator, SetQuantifier, TableAlias,
    TableAliasColumnDef, TableFactor, TableWithJoins, TimezoneInfo, UnaryOperator, Value, ValueWithSpan, Values,
    WildcardAdditionalOptions, WindowSpec, WindowType, With,
};
use sqlparser::tokenizer::Span;

/// A quoted name at a place of the text.
pub fn ident(name: &str, span: Span) -> Ident {
    Ident {
        value: name.to_owned(),
        quote_style: Some('"'),
        span,
    }
}

/// A quoted name of ours.
pub fn name(name: &str) -> Ident {
    ident(name, Span::empty())
}

/// A column, at the place where it is named.
pub fn column(column: &str, span: Span) -> Expr {
    Expr::Identifier(ident(column, span))
}

/// A column that nobody named.
pub fn own(column: &str) -> Expr {
    Expr::Identifier(name(column))
}

/// A column of a relation that has a name in this query.
pub fn of(relation: &str, column: &str, span: Span) -> Expr {
    Expr::CompoundIdentifier(vec![name(relation), ident(column, span)])
}

/// A value.
pub fn value(value: Value, span: Span) -> Expr {
    Expr::Value(ValueWithSpan { value, span })
}

/// A text.
pub fn text(text: &str) -> Expr {
    value(Value::SingleQuotedString(text.to_owned()), Span::empty())
}

/// A number, as it is written.
#[expect(clippy::needless_pass_by_value, reason = "numbers are small")]
pub fn number(number: impl ToString) -> Expr {
    value(Value::Number(number.to_string(), false), Span::empty())
}

/// NULL.
pub fn null() -> Expr {
    value(Value::Null, Span::empty())
}

/// Two expressions and what joins them, in brackets: printed text must mean the same when it is read again.
pub fn binary(left: Expr, operator: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(nested(left)),
        op: operator,
        right: Box::new(nested(right)),
    }
}

/// Both conditions; the other where there is one only.
pub fn both(left: Option<Expr>, right: Option<Expr>) -> Option<Expr> {
    match (left, right) {
        (Some(left), Some(right)) => Some(binary(left, BinaryOperator::And, right)),
        (one, other) => one.or(other),
    }
}

/// All of these conditions.
pub fn all(conditions: impl IntoIterator<Item = Expr>) -> Option<Expr> {
    conditions.into_iter().map(Some).fold(None, both)
}

/// One of these conditions.
pub fn any(conditions: impl IntoIterator<Item = Expr>) -> Option<Expr> {
    conditions
        .into_iter()
        .reduce(|left, right| binary(left, BinaryOperator::Or, right))
}

/// In brackets, unless it needs none anywhere.
pub fn nested(expr: Expr) -> Expr {
    match expr {
        Expr::BinaryOp { .. }
        | Expr::UnaryOp { .. }
        | Expr::Between { .. }
        | Expr::InList { .. }
        | Expr::Like { .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsNotDistinctFrom(..)
        | Expr::IsDistinctFrom(..)
        | Expr::Interval(_) => Expr::Nested(Box::new(expr)),
        other => other,
    }
}

/// `-x` or `NOT x`.
pub fn unary(operator: UnaryOperator, expr: Expr) -> Expr {
    Expr::UnaryOp {
        op: operator,
        expr: Box::new(nested(expr)),
    }
}

/// A call of a function.
pub fn call(function: &str, arguments: Vec<Expr>) -> Expr {
    Expr::Function(function_of(function, Span::empty(), arguments))
}

/// A function with its arguments, to be made an aggregate of groups or of a window.
pub fn function_of(function: &str, span: Span, arguments: Vec<Expr>) -> Function {
    let args = arguments
        .into_iter()
        .map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)))
        .collect();
    Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(Ident {
            value: function.to_owned(),
            quote_style: None,
            span,
        })]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    }
}

/// A function over all rows: `count(*)`.
pub fn function_of_all(function: &str, span: Span) -> Function {
    let mut made = function_of(function, span, Vec::new());
    if let FunctionArguments::List(list) = &mut made.args {
        list.args.push(FunctionArg::Unnamed(FunctionArgExpr::Wildcard));
    }
    made
}

/// `count(*)`.
pub fn count_all() -> Expr {
    Expr::Function(function_of_all("count", Span::empty()))
}

/// The function with equal arguments counted once.
pub fn distinct(mut function: Function) -> Function {
    if let FunctionArguments::List(list) = &mut function.args {
        list.duplicate_treatment = Some(DuplicateTreatment::Distinct);
    }
    function
}

/// The function over a window.
pub fn over(mut function: Function, partition: Vec<Expr>, order: Vec<OrderByExpr>) -> Expr {
    function.over = Some(WindowType::WindowSpec(WindowSpec {
        window_name: None,
        partition_by: partition,
        order_by: order,
        window_frame: None,
    }));
    Expr::Function(function)
}

/// `CAST(x AS type)`, or `TRY_CAST`, which gives NULL where a value cannot be converted.
pub fn cast(expr: Expr, data_type: DataType, tries: bool) -> Expr {
    Expr::Cast {
        kind: if tries { CastKind::TryCast } else { CastKind::Cast },
        expr: Box::new(expr),
        data_type,
        array: false,
        format: None,
    }
}

/// The type of texts.
pub fn text_type() -> DataType {
    DataType::Varchar(None)
}

/// The SQL type that a word of the language means.
pub fn type_of(word: &str) -> Option<DataType> {
    Some(match word.to_ascii_lowercase().as_str() {
        "text" | "string" | "varchar" | "char" => text_type(),
        "integer" | "int" => DataType::Integer(None),
        "bigint" | "long" => DataType::BigInt(None),
        "real" | "double" | "float" => DataType::Double(ExactNumberInfo::None),
        "boolean" | "bool" => DataType::Boolean,
        "date" => DataType::Date,
        "timestamp" | "datetime" => DataType::Timestamp(None, TimezoneInfo::None),
        _ => return None,
    })
}

/// A time span: `INTERVAL '1 day'`.
pub fn interval(count: &str, unit: &str) -> Expr {
    Expr::Interval(Interval {
        value: Box::new(text(&format!("{count} {unit}"))),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    })
}

/// `CASE WHEN … THEN … ELSE … END`.
pub fn case(branches: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: branches
            .into_iter()
            .map(|(condition, result)| CaseWhen { condition, result })
            .collect(),
        else_result: otherwise.map(Box::new),
    }
}

/// An order by an expression; NULL is the smallest value.
pub fn order(expr: Expr, descending: bool) -> OrderByExpr {
    OrderByExpr {
        expr,
        options: OrderByOptions {
            asc: Some(!descending),
            nulls_first: Some(!descending),
        },
        with_fill: None,
    }
}

/// `expr AS "name"`.
pub fn item(expr: Expr, alias: &str) -> SelectItem {
    match &expr {
        Expr::Identifier(ident) if ident.value == alias => SelectItem::UnnamedExpr(expr),
        _ => SelectItem::ExprWithAlias {
            expr,
            alias: name(alias),
        },
    }
}

/// `*`
pub fn star() -> SelectItem {
    SelectItem::Wildcard(WildcardAdditionalOptions::default())
}

/// A relation by its name: parts, then what it is called in this query.
pub fn table(parts: &[String], span: Span, alias: Option<&str>) -> TableFactor {
    TableFactor::Table {
        name: ObjectName(
            parts
                .iter()
                .map(|part| ObjectNamePart::Identifier(ident(part, span)))
                .collect(),
        ),
        alias: alias.map(alias_of),
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

/// An earlier stage by its name, and what it is called in this query.
pub fn stage(name: &str, alias: Option<&str>) -> TableFactor {
    table(std::slice::from_ref(&name.to_owned()), Span::empty(), alias)
}

/// A query in the place of a relation.
pub fn derived(query: Query, alias: &str, columns: &[String]) -> TableFactor {
    let mut alias = alias_of(alias);
    alias.columns = columns
        .iter()
        .map(|column| TableAliasColumnDef {
            name: name(column),
            data_type: None,
        })
        .collect();
    TableFactor::Derived {
        lateral: false,
        subquery: Box::new(query),
        alias: Some(alias),
        sample: None,
    }
}

fn alias_of(alias: &str) -> TableAlias {
    TableAlias {
        explicit: true,
        name: name(alias),
        columns: Vec::new(),
        at: None,
    }
}

/// How rows of two relations meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// Rows without a partner go.
    Inner,
    /// Those on the left stay.
    Left,
    /// Those on the right stay.
    Right,
    /// All stay.
    Full,
    /// Every row meets every row.
    Cross,
    /// Rows on the left that have a partner, without the partner.
    Semi,
}

/// Another relation beside one.
pub fn join(relation: TableFactor, meeting: Meeting, on: Option<Expr>) -> Join {
    let constraint = on.map_or(JoinConstraint::None, JoinConstraint::On);
    Join {
        relation,
        global: false,
        join_operator: match meeting {
            Meeting::Inner => JoinOperator::Inner(constraint),
            Meeting::Left => JoinOperator::LeftOuter(constraint),
            Meeting::Right => JoinOperator::RightOuter(constraint),
            Meeting::Full => JoinOperator::FullOuter(constraint),
            Meeting::Cross => JoinOperator::CrossJoin(constraint),
            Meeting::Semi => JoinOperator::LeftSemi(constraint),
        },
    }
}

/// A `SELECT` that is put together clause by clause.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// What is selected.
    pub items: Vec<SelectItem>,
    /// From where.
    pub from: Vec<TableWithJoins>,
    /// `WHERE`
    pub filter: Option<Expr>,
    /// `GROUP BY`
    pub groups: Vec<Expr>,
    /// `QUALIFY`
    pub qualify: Option<Expr>,
    /// `DISTINCT`
    pub distinct: bool,
    /// `ORDER BY`
    pub order: Vec<OrderByExpr>,
    /// `LIMIT`
    pub limit: Option<u64>,
}

impl Selection {
    /// These items from a relation that has one name.
    pub fn from(relation: &str, items: Vec<SelectItem>) -> Self {
        Self::of(stage(relation, None), items)
    }

    /// These items from any relation.
    pub fn of(relation: TableFactor, items: Vec<SelectItem>) -> Self {
        Self {
            items,
            from: vec![TableWithJoins {
                relation,
                joins: Vec::new(),
            }],
            ..Self::default()
        }
    }

    /// With another relation beside the last one.
    pub fn joined(mut self, join: Join) -> Self {
        if let Some(from) = self.from.last_mut() {
            from.joins.push(join);
        }
        self
    }

    /// With a condition.
    pub fn filtered(mut self, filter: Option<Expr>) -> Self {
        self.filter = both(self.filter.take(), filter);
        self
    }

    /// The `SELECT` without order and limit.
    fn body(self) -> SetExpr {
        SetExpr::Select(Box::new(Select {
            select_token: AttachedToken::empty(),
            optimizer_hints: Vec::new(),
            distinct: self.distinct.then_some(Distinct::Distinct),
            select_modifiers: None,
            top: None,
            top_before_distinct: false,
            projection: self.items,
            exclude: None,
            into: None,
            from: self.from,
            lateral_views: Vec::new(),
            prewhere: None,
            selection: self.filter,
            connect_by: Vec::new(),
            group_by: GroupByExpr::Expressions(self.groups, Vec::new()),
            cluster_by: Vec::new(),
            distribute_by: Vec::new(),
            sort_by: Vec::new(),
            having: None,
            named_window: Vec::new(),
            qualify: self.qualify,
            window_before_qualify: false,
            value_table_mode: None,
            flavor: SelectFlavor::Standard,
        }))
    }

    /// The query.
    pub fn query(mut self) -> Query {
        let (order, limit) = (std::mem::take(&mut self.order), self.limit.take());
        query_of(self.body(), order, limit)
    }
}

fn query_of(body: SetExpr, order: Vec<OrderByExpr>, limit: Option<u64>) -> Query {
    Query {
        with: None,
        body: Box::new(body),
        order_by: (!order.is_empty()).then_some(OrderBy {
            kind: OrderByKind::Expressions(order),
            interpolate: None,
        }),
        limit_clause: limit.map(|limit| LimitClause::LimitOffset {
            limit: Some(number(limit)),
            offset: None,
            limit_by: Vec::new(),
        }),
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

/// The rows of several queries, one behind the other.
pub fn union(queries: Vec<Selection>, all: bool, by_name: bool) -> Query {
    let quantifier = match (all, by_name) {
        (true, true) => SetQuantifier::AllByName,
        (true, false) => SetQuantifier::All,
        (false, true) => SetQuantifier::ByName,
        (false, false) => SetQuantifier::None,
    };
    let bodies = queries.into_iter().map(Selection::body);
    let body = bodies.reduce(|left, right| SetExpr::SetOperation {
        left: Box::new(left),
        op: SetOperator::Union,
        set_quantifier: quantifier,
        right: Box::new(right),
    });
    query_of(body.unwrap_or_else(|| Selection::default().body()), Vec::new(), None)
}

/// Rows that are written down.
pub fn values(rows: Vec<Vec<Expr>>) -> Query {
    let body = SetExpr::Values(Values {
        explicit_row: false,
        value_keyword: false,
        rows: rows.into_iter().map(Parens::with_empty_span).collect(),
    });
    query_of(body, Vec::new(), None)
}

/// A query under a name that others use.
pub fn named(alias: &str, query: Query) -> Cte {
    Cte {
        alias: TableAlias {
            // It stands in front of an AS of its own.
            explicit: false,
            ..alias_of(alias)
        },
        query: Box::new(query),
        from: None,
        materialized: None,
        closing_paren_token: AttachedToken::empty(),
    }
}

/// The query with others under names in front of it.
pub fn with(ctes: Vec<Cte>, mut query: Query) -> Query {
    if ctes.is_empty() {
        return query;
    }
    let mut tables = ctes;
    let own = query.with.take();
    let recursive = own.as_ref().is_some_and(|with| with.recursive);
    tables.extend(own.into_iter().flat_map(|with| with.cte_tables));
    query.with = Some(With {
        with_token: AttachedToken::empty(),
        recursive,
        cte_tables: tables,
    });
    query
}
