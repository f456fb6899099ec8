//! Actions beside those of Flight SQL: cancelling and renewing, and the options of a session.

use arrow_flight::sql::{ActionCancelQueryRequest, ActionCancelQueryResult, Any, TicketStatementQuery};
use arrow_flight::{
    Action, ActionType, CancelFlightInfoRequest, CancelFlightInfoResult, CancelStatus, FlightEndpoint, FlightInfo,
    RenewFlightEndpointRequest, Result as ActionResult, Ticket,
};
use prost::Message;

use super::call::Call;
use super::session_messages::{
    CloseSessionResult, CloseSessionStatus, GetSessionOptionsResult, OptionValue, SessionOptionValue, SetError,
    SetErrorValue, SetSessionOptionsRequest, SetSessionOptionsResult,
};
use super::{answer, statement};
use crate::engine::OPTIONS;
use crate::error::{Error, Result};
use crate::ticket::{Claims, Purpose};

const CANCEL: &str = "CancelFlightInfo";
const RENEW: &str = "RenewFlightEndpoint";
const SET_OPTIONS: &str = "SetSessionOptions";
const GET_OPTIONS: &str = "GetSessionOptions";
const CLOSE_SESSION: &str = "CloseSession";

/// The actions that are answered here.
pub fn types() -> Vec<ActionType> {
    [
        (CANCEL, "Breaks a query off.\nRequest Message: CancelFlightInfoRequest\nResponse Message: CancelFlightInfoResult"),
        (RENEW, "Lets a ticket be redeemed for longer.\nRequest Message: RenewFlightEndpointRequest\nResponse Message: FlightEndpoint"),
        (SET_OPTIONS, "Sets options of the session: catalog, schema, time_zone, geometry_format, query_language, default_model, compat, statement_timeout, compression.\nRequest Message: SetSessionOptionsRequest\nResponse Message: SetSessionOptionsResult"),
        (GET_OPTIONS, "Tells the options of the session.\nRequest Message: GetSessionOptionsRequest\nResponse Message: GetSessionOptionsResult"),
        (CLOSE_SESSION, "Forgets the options of the session and drops its temporary tables.\nRequest Message: CloseSessionRequest\nResponse Message: CloseSessionResult"),
    ]
    .into_iter()
    .map(|(name, description)| ActionType {
        r#type: name.to_owned(),
        description: description.to_owned(),
    })
    .collect()
}

/// Answers an action.
///
/// # Errors
///
/// [`Error::Unsupported`] for an unknown one, [`Error::Request`] for a message that is not the action's,
/// [`Error::TicketForged`] and [`Error::TicketExpired`] for tickets that are none.
pub async fn answer(call: &Call<'_>, action: &Action) -> Result<Option<ActionResult>> {
    let body = match action.r#type.as_str() {
        CANCEL => {
            let request: CancelFlightInfoRequest = message(action)?;
            let info = request.info.unwrap_or_default();
            let status = cancel(call, &info)?.into();
            CancelFlightInfoResult { status }.encode_to_vec()
        }
        RENEW => {
            let request: RenewFlightEndpointRequest = message(action)?;
            renew(call, request.endpoint.unwrap_or_default())?.encode_to_vec()
        }
        SET_OPTIONS => set_options(call, message(action)?).encode_to_vec(),
        GET_OPTIONS => get_options(call).encode_to_vec(),
        CLOSE_SESSION => {
            call.sessions.close(&call.caller);
            call.engine.drop_temporary(&call.settings).await?;
            let status = CloseSessionStatus::Closed.into();
            CloseSessionResult { status }.encode_to_vec()
        }
        _ => {
            return Err(Error::Unsupported {
                what: "actions of this kind are",
            });
        }
    };
    Ok(Some(ActionResult { body: body.into() }))
}

/// Breaks a query off, in the older way of asking.
///
/// # Errors
///
/// As for [`answer`].
pub fn cancel_query(call: &Call<'_>, request: &ActionCancelQueryRequest) -> Result<ActionCancelQueryResult> {
    let info = FlightInfo::decode(&*request.info).map_err(|source| undecodable(&source))?;
    // The older message has the same numbers for the same outcomes.
    let result = cancel(call, &info)?.into();
    Ok(ActionCancelQueryResult { result })
}

/// Breaks off the query of a `FlightInfo`; one that has not begun ends as soon as it does.
fn cancel(call: &Call<'_>, info: &FlightInfo) -> Result<CancelStatus> {
    let mut outcome = CancelStatus::NotCancellable;
    for endpoint in &info.endpoint {
        let Some(claims) = claims(call, endpoint)? else {
            continue;
        };
        if call.engine.queries().cancel(&claims.id, &claims.settings.own) {
            outcome = CancelStatus::Cancelled;
        } else {
            call.engine.queries().forbid(&claims.id);
            if outcome == CancelStatus::NotCancellable {
                outcome = CancelStatus::Cancelling;
            }
        }
    }
    Ok(outcome)
}

fn renew(call: &Call<'_>, endpoint: FlightEndpoint) -> Result<FlightEndpoint> {
    // What needs no ticket of ours can be asked for at any time.
    let Some(claims) = claims(call, &endpoint)? else {
        return Ok(endpoint);
    };
    let ticket = Ticket::new(statement::ticket(call, &claims)?);
    let mut renewed = FlightEndpoint {
        ticket: Some(ticket),
        ..endpoint
    };
    answer::expire(&mut renewed, call.signer.lifetime());
    Ok(renewed)
}

/// The claims of an endpoint's ticket; `None` when it is not that of a query.
fn claims(call: &Call<'_>, endpoint: &FlightEndpoint) -> Result<Option<Claims>> {
    let Some(ticket) = &endpoint.ticket else {
        return Ok(None);
    };
    let unpacked = Any::decode(&*ticket.ticket)
        .ok()
        .and_then(|any| any.unpack().ok())
        .flatten();
    match unpacked {
        Some(TicketStatementQuery { statement_handle }) => {
            call.signer.verify(&statement_handle, Purpose::Query).map(Some)
        }
        None => Ok(None),
    }
}

fn set_options(call: &Call<'_>, request: SetSessionOptionsRequest) -> SetSessionOptionsResult {
    let mut result = SetSessionOptionsResult::default();
    for (name, value) in request.session_options {
        let outcome = call.sessions.set(&call.caller, &name, &text_of(value));
        let reason = match outcome {
            Ok(()) => continue,
            Err(Error::UnknownOption { .. }) => SetErrorValue::InvalidName,
            Err(Error::OptionValue { .. }) => SetErrorValue::InvalidValue,
            Err(_) => SetErrorValue::Error,
        };
        result.errors.insert(name, SetError { value: reason.into() });
    }
    result
}

fn get_options(call: &Call<'_>) -> GetSessionOptionsResult {
    let options = OPTIONS.into_iter().filter_map(|name| {
        let text = call.settings.options.get(name)?;
        let option_value = Some(OptionValue::Text(text));
        Some((name.to_owned(), SessionOptionValue { option_value }))
    });
    GetSessionOptionsResult {
        session_options: options.collect(),
    }
}

fn text_of(value: SessionOptionValue) -> String {
    match value.option_value {
        None => String::new(),
        Some(OptionValue::Text(text)) => text,
        Some(OptionValue::Bool(value)) => value.to_string(),
        Some(OptionValue::Int(value)) => value.to_string(),
        Some(OptionValue::Double(value)) => value.to_string(),
        Some(OptionValue::Texts(list)) => list.values.join(","),
    }
}

fn message<M: Message + Default>(action: &Action) -> Result<M> {
    M::decode(&*action.body).map_err(|source| undecodable(&source))
}

fn undecodable(source: &prost::DecodeError) -> Error {
    Error::Request {
        reason: source.to_string(),
    }
}
