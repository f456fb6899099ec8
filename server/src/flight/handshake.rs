//! Handshake: a password is exchanged for the bearer token that later requests carry.

use std::pin::Pin;

use arrow_flight::HandshakeResponse;
use futures::{Stream, stream};
use tonic::{Response, Status};

use crate::auth::{Authenticator, Caller};
use crate::error::Error;

/// What a client is answered.
pub type Responses = Pin<Box<dyn Stream<Item = Result<HandshakeResponse, Status>> + Send>>;

/// Answers a handshake whose headers have been checked already.
///
/// # Errors
///
/// [`Error::TokenText`] when the token cannot be sent in a header.
pub fn answer(authenticator: &Authenticator, caller: &Caller) -> Result<Response<Responses>, Error> {
    let responses: Responses = Box::pin(stream::iter([Ok(HandshakeResponse::default())]));
    let mut response = Response::new(responses);
    response
        .metadata_mut()
        .insert("authorization", authenticator.bearer(caller)?);
    Ok(response)
}
