//! Handshake: a password is exchanged for the bearer token that later requests carry.

use std::pin::Pin;

use arrow_flight::HandshakeResponse;
use futures::{Stream, stream};
use tonic::{Response, Status};

use crate::auth::Authenticator;

/// What a client is answered.
pub type Responses = Pin<Box<dyn Stream<Item = Result<HandshakeResponse, Status>> + Send>>;

/// Answers a handshake whose headers have been checked already.
pub fn answer(authenticator: &Authenticator) -> Response<Responses> {
    let responses: Responses = Box::pin(stream::iter([Ok(HandshakeResponse::default())]));
    let mut response = Response::new(responses);
    response.metadata_mut().insert("authorization", authenticator.bearer());
    response
}
