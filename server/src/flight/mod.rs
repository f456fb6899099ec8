//! Flight SQL: what clients ask for, and which function answers.
//!
//! This file dispatches the commands of Flight SQL, [`service`] what Flight has beside them. Each group of commands has a
//! file of free functions that take the `Call`; none of them holds SQL. Every request has been authenticated before
//! it gets here.

mod actions;
mod answer;
mod call;
mod handshake;
mod ingest;
mod keys;
mod matches;
mod prepared;
mod service;
mod session_messages;
mod sql_info;
mod sql_types;
mod statement;
mod tables;
mod values;

use arrow_flight::flight_service_server::{FlightService, FlightServiceServer};
use arrow_flight::sql::server::{FlightSqlService, PeekableFlightDataStream};
use arrow_flight::sql::{
    ActionCancelQueryRequest, ActionCancelQueryResult, ActionClosePreparedStatementRequest,
    ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult, Any, Command, CommandGetCatalogs,
    CommandGetCrossReference, CommandGetDbSchemas, CommandGetExportedKeys, CommandGetImportedKeys,
    CommandGetPrimaryKeys, CommandGetSqlInfo, CommandGetTableTypes, CommandGetTables, CommandGetXdbcTypeInfo,
    CommandPreparedStatementQuery, CommandPreparedStatementUpdate, CommandStatementIngest, CommandStatementQuery,
    CommandStatementUpdate, DoPutPreparedStatementResult, SqlInfo, TicketStatementQuery,
};
use arrow_flight::{Action, ActionType, FlightDescriptor, FlightInfo, HandshakeRequest, Ticket};
use futures::{StreamExt, stream};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::{Request, Response, Status, Streaming};

use call::Call;
use service::Service;

use crate::auth::Authenticator;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::sessions::Sessions;
use crate::ticket::Signer;

/// Rows on their way to a client.
type RowsStream = <Flight as FlightService>::DoGetStream;

/// The commands of Flight SQL.
pub struct Flight {
    engine: Engine,
    signer: Signer,
    sessions: Sessions,
    authenticator: Authenticator,
}

impl Flight {
    fn call<T>(&self, request: &Request<T>) -> Result<Call<'_>> {
        Call::new(&self.engine, &self.signer, &self.sessions, request)
    }
}

/// Lets requests with the token through.
#[derive(Clone)]
pub struct Guard(Authenticator);

impl Interceptor for Guard {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let caller = self.0.check(request.metadata(), request.remote_addr())?;
        request.extensions_mut().insert(caller);
        Ok(request)
    }
}

/// The service with authentication in front of every request, the handshake included.
#[must_use]
pub fn service(
    engine: Engine,
    signer: Signer,
    sessions: Sessions,
    authenticator: Authenticator,
) -> InterceptedService<FlightServiceServer<Service>, Guard> {
    let guard = Guard(authenticator.clone());
    let flight = Flight {
        engine,
        signer,
        sessions,
        authenticator,
    };
    InterceptedService::new(FlightServiceServer::new(Service::new(flight)), guard)
}

#[tonic::async_trait]
impl FlightSqlService for Flight {
    type FlightService = Self;

    async fn do_handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> Result<Response<handshake::Responses>, Status> {
        let caller = self.call(&request)?.caller;
        Ok(handshake::answer(&self.authenticator, &caller)?)
    }

    async fn get_flight_info_statement(
        &self,
        query: CommandStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let call = self.call(&request)?;
        Ok(Response::new(
            statement::info(&call, &query, request.into_inner()).await?,
        ))
    }

    async fn do_get_statement(
        &self,
        ticket: TicketStatementQuery,
        request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(statement::rows(&self.call(&request)?, &ticket).await?))
    }

    async fn do_action_create_prepared_statement(
        &self,
        query: ActionCreatePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        Ok(prepared::create(&self.call(&request)?, &query).await?)
    }

    async fn do_action_close_prepared_statement(
        &self,
        query: ActionClosePreparedStatementRequest,
        _request: Request<Action>,
    ) -> Result<(), Status> {
        Ok(prepared::close(&self.signer, &query)?)
    }

    async fn get_flight_info_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let call = self.call(&request)?;
        Ok(Response::new(
            prepared::info(&call, &query, request.into_inner()).await?,
        ))
    }

    async fn do_get_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(prepared::rows(&self.call(&request)?, &query).await?))
    }

    async fn get_flight_info_catalogs(
        &self,
        query: CommandGetCatalogs,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let schema = tables::catalogs(query)?.schema();
        Ok(Response::new(answer::command_info(&schema, request.into_inner())?))
    }

    async fn do_get_catalogs(
        &self,
        query: CommandGetCatalogs,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(tables::catalogs(query)?)))
    }

    async fn get_flight_info_schemas(
        &self,
        query: CommandGetDbSchemas,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let schema = query.into_builder().schema();
        Ok(Response::new(answer::command_info(&schema, request.into_inner())?))
    }

    async fn do_get_schemas(
        &self,
        query: CommandGetDbSchemas,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(
            tables::schemas(&self.engine, query).await?,
        )))
    }

    async fn get_flight_info_tables(
        &self,
        query: CommandGetTables,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let schema = query.into_builder().schema();
        Ok(Response::new(answer::command_info(&schema, request.into_inner())?))
    }

    async fn do_get_tables(
        &self,
        query: CommandGetTables,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(
            tables::tables(&self.engine, query).await?,
        )))
    }

    async fn get_flight_info_table_types(
        &self,
        _query: CommandGetTableTypes,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let schema = tables::table_types()?.schema();
        Ok(Response::new(answer::command_info(&schema, request.into_inner())?))
    }

    async fn do_get_table_types(
        &self,
        _query: CommandGetTableTypes,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(tables::table_types()?)))
    }

    async fn get_flight_info_sql_info(
        &self,
        _query: CommandGetSqlInfo,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        Ok(Response::new(answer::command_info(
            sql_info::schema(),
            request.into_inner(),
        )?))
    }

    async fn do_get_sql_info(
        &self,
        query: CommandGetSqlInfo,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(sql_info::batch(&self.engine, query)?)))
    }

    async fn get_flight_info_xdbc_type_info(
        &self,
        query: CommandGetXdbcTypeInfo,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let schema = sql_types::type_info(query)?.schema();
        Ok(Response::new(answer::command_info(&schema, request.into_inner())?))
    }

    async fn do_get_xdbc_type_info(
        &self,
        query: CommandGetXdbcTypeInfo,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(sql_types::type_info(query)?)))
    }

    async fn get_flight_info_primary_keys(
        &self,
        _query: CommandGetPrimaryKeys,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        Ok(Response::new(answer::command_info(
            &keys::primary_keys_schema(),
            request.into_inner(),
        )?))
    }

    async fn do_get_primary_keys(
        &self,
        query: CommandGetPrimaryKeys,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(
            keys::primary_keys(&self.engine, query).await?,
        )))
    }

    async fn get_flight_info_exported_keys(
        &self,
        _query: CommandGetExportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        Ok(Response::new(answer::command_info(
            &keys::no_foreign_keys().schema(),
            request.into_inner(),
        )?))
    }

    async fn do_get_exported_keys(
        &self,
        _query: CommandGetExportedKeys,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(keys::no_foreign_keys())))
    }

    async fn get_flight_info_imported_keys(
        &self,
        _query: CommandGetImportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        Ok(Response::new(answer::command_info(
            &keys::no_foreign_keys().schema(),
            request.into_inner(),
        )?))
    }

    async fn do_get_imported_keys(
        &self,
        _query: CommandGetImportedKeys,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(keys::no_foreign_keys())))
    }

    async fn get_flight_info_cross_reference(
        &self,
        _query: CommandGetCrossReference,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        Ok(Response::new(answer::command_info(
            &keys::no_foreign_keys().schema(),
            request.into_inner(),
        )?))
    }

    async fn do_get_cross_reference(
        &self,
        _query: CommandGetCrossReference,
        _request: Request<Ticket>,
    ) -> Result<Response<RowsStream>, Status> {
        Ok(Response::new(answer::one_batch(keys::no_foreign_keys())))
    }

    async fn do_put_statement_update(
        &self,
        update: CommandStatementUpdate,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        statement::refuse_transaction(update.transaction_id.as_ref())?;
        Ok(statement::update(&self.call(&request)?, &update.query, None).await?)
    }

    async fn do_put_prepared_statement_update(
        &self,
        update: CommandPreparedStatementUpdate,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        let call = self.call(&request)?;
        Ok(prepared::update(&call, &update, request.into_inner()).await?)
    }

    async fn do_put_statement_ingest(
        &self,
        command: CommandStatementIngest,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        let call = self.call(&request)?;
        Ok(ingest::ingest(&call, command, request.into_inner()).await?)
    }

    async fn do_put_prepared_statement_query(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<DoPutPreparedStatementResult, Status> {
        let call = self.call(&request)?;
        Ok(prepared::bind(&call, &query, request.into_inner()).await?)
    }

    async fn do_action_cancel_query(
        &self,
        query: ActionCancelQueryRequest,
        request: Request<Action>,
    ) -> Result<ActionCancelQueryResult, Status> {
        Ok(actions::cancel_query(&self.call(&request)?, &query)?)
    }

    async fn list_custom_actions(&self) -> Option<Vec<Result<ActionType, Status>>> {
        Some(actions::types().into_iter().map(Ok).collect())
    }

    async fn get_flight_info_fallback(
        &self,
        _command: Command,
        _request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        Err(Error::Unsupported {
            what: "commands of this kind are",
        }
        .into())
    }

    async fn do_get_fallback(&self, _request: Request<Ticket>, _message: Any) -> Result<Response<RowsStream>, Status> {
        Err(Error::TicketForged.into())
    }

    async fn do_action_fallback(
        &self,
        request: Request<Action>,
    ) -> Result<Response<<Self as FlightService>::DoActionStream>, Status> {
        let call = self.call(&request)?;
        let answer = actions::answer(&call, request.get_ref()).await?;
        Ok(Response::new(stream::iter(answer.map(Ok)).boxed()))
    }

    async fn register_sql_info(&self, _id: i32, _result: &SqlInfo) {}
}
