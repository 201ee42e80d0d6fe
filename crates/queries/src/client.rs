use std::{panic::Location, pin::Pin};

use deadpool_postgres as pooled;
use tokio_postgres::{
    Error, Row, RowStream, Statement, ToStatement,
    types::{BorrowToSql, ToSql, Type},
};

use trace::{Span, SpanKind};

use crate::places::{Under, name_at};

type Values<'a> = &'a [&'a (dyn ToSql + Sync)];
type TypedValues<'a> = &'a [(&'a (dyn ToSql + Sync), Type)];

/// An answer that is waited for. Boxed, as the driver's trait does it too.
pub type Asking<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Measures what is asked at this place, until its answer is there or nobody waits for it any more.
pub fn timed<'a, T>(
    place: &'static Location<'static>,
    asking: impl Future<Output = Result<T, Error>> + Send + 'a,
) -> Asking<'a, T> {
    Box::pin(async move {
        let _under = Under::begin(place);
        let mut span = Span::here(SpanKind::Client, || format!("query {}", name_at(place)));
        span.set("db.system.name", "postgresql");
        let answer = asking.await;
        if answer.is_err() {
            span.failed();
        }
        answer
    })
}

/// A connection or a transaction, of the pool or outside of it. Preparing is not measured: it is done once a connection.
///
/// A stream is measured until it begins.
pub trait GenericClient: Sync {
    /// As [`GenericClient::query`], asked by that place.
    fn query_from<'a, T: ?Sized + ToStatement + Sync>(
        &'a self,
        place: &'static Location<'static>,
        statement: &'a T,
        values: Values<'a>,
    ) -> Asking<'a, Vec<Row>>;

    #[track_caller]
    fn query<'a, T: ?Sized + ToStatement + Sync>(
        &'a self,
        statement: &'a T,
        values: Values<'a>,
    ) -> Asking<'a, Vec<Row>> {
        self.query_from(Location::caller(), statement, values)
    }

    #[track_caller]
    fn query_one<'a, T: ?Sized + ToStatement + Sync>(
        &'a self,
        statement: &'a T,
        values: Values<'a>,
    ) -> Asking<'a, Row>;

    #[track_caller]
    fn query_opt<'a, T: ?Sized + ToStatement + Sync>(
        &'a self,
        statement: &'a T,
        values: Values<'a>,
    ) -> Asking<'a, Option<Row>>;

    #[track_caller]
    fn execute<'a, T: ?Sized + ToStatement + Sync>(
        &'a self,
        statement: &'a T,
        values: Values<'a>,
    ) -> Asking<'a, u64>;

    #[track_caller]
    fn query_typed<'a>(&'a self, statement: &'a str, values: TypedValues<'a>) -> Asking<'a, Vec<Row>>;

    #[track_caller]
    fn execute_typed<'a>(&'a self, statement: &'a str, values: TypedValues<'a>) -> Asking<'a, u64>;

    #[track_caller]
    fn query_raw<'a, T, P, I>(&'a self, statement: &'a T, values: I) -> Asking<'a, RowStream>
    where
        T: ?Sized + ToStatement + Sync,
        P: BorrowToSql + 'a,
        I: IntoIterator<Item = P> + Sync + Send + 'a,
        I::IntoIter: ExactSizeIterator;

    #[track_caller]
    fn query_typed_raw<'a, P, I>(&'a self, statement: &'a str, values: I) -> Asking<'a, RowStream>
    where
        P: BorrowToSql + 'a,
        I: IntoIterator<Item = (P, Type)> + Sync + Send + 'a;

    #[track_caller]
    fn batch_execute<'a>(&'a self, statements: &'a str) -> Asking<'a, ()>;

    fn prepare_cached<'a>(&'a self, statement: &'a str) -> Asking<'a, Statement>;

    fn prepare_typed_cached<'a>(&'a self, statement: &'a str, types: &'a [Type]) -> Asking<'a, Statement>;
}

macro_rules! measured {
    ($ours:ty, $driver:ty, $prepare:path, $prepare_typed:path) => {
        impl GenericClient for $ours {
            fn query_from<'a, T: ?Sized + ToStatement + Sync>(
                &'a self,
                place: &'static Location<'static>,
                statement: &'a T,
                values: Values<'a>,
            ) -> Asking<'a, Vec<Row>> {
                timed(place, <$driver>::query(self, statement, values))
            }

            #[track_caller]
            fn query_one<'a, T: ?Sized + ToStatement + Sync>(
                &'a self,
                statement: &'a T,
                values: Values<'a>,
            ) -> Asking<'a, Row> {
                timed(Location::caller(), <$driver>::query_one(self, statement, values))
            }

            #[track_caller]
            fn query_opt<'a, T: ?Sized + ToStatement + Sync>(
                &'a self,
                statement: &'a T,
                values: Values<'a>,
            ) -> Asking<'a, Option<Row>> {
                timed(Location::caller(), <$driver>::query_opt(self, statement, values))
            }

            #[track_caller]
            fn execute<'a, T: ?Sized + ToStatement + Sync>(
                &'a self,
                statement: &'a T,
                values: Values<'a>,
            ) -> Asking<'a, u64> {
                timed(Location::caller(), <$driver>::execute(self, statement, values))
            }

            #[track_caller]
            fn query_typed<'a>(
                &'a self,
                statement: &'a str,
                values: TypedValues<'a>,
            ) -> Asking<'a, Vec<Row>> {
                timed(Location::caller(), <$driver>::query_typed(self, statement, values))
            }

            #[track_caller]
            fn execute_typed<'a>(&'a self, statement: &'a str, values: TypedValues<'a>) -> Asking<'a, u64> {
                timed(Location::caller(), <$driver>::execute_typed(self, statement, values))
            }

            #[track_caller]
            fn query_raw<'a, T, P, I>(&'a self, statement: &'a T, values: I) -> Asking<'a, RowStream>
            where
                T: ?Sized + ToStatement + Sync,
                P: BorrowToSql + 'a,
                I: IntoIterator<Item = P> + Sync + Send + 'a,
                I::IntoIter: ExactSizeIterator,
            {
                timed(Location::caller(), <$driver>::query_raw(self, statement, values))
            }

            #[track_caller]
            fn query_typed_raw<'a, P, I>(&'a self, statement: &'a str, values: I) -> Asking<'a, RowStream>
            where
                P: BorrowToSql + 'a,
                I: IntoIterator<Item = (P, Type)> + Sync + Send + 'a,
            {
                timed(Location::caller(), <$driver>::query_typed_raw(self, statement, values))
            }

            #[track_caller]
            fn batch_execute<'a>(&'a self, statements: &'a str) -> Asking<'a, ()> {
                timed(Location::caller(), <$driver>::batch_execute(self, statements))
            }

            fn prepare_cached<'a>(&'a self, statement: &'a str) -> Asking<'a, Statement> {
                Box::pin($prepare(self, statement))
            }

            fn prepare_typed_cached<'a>(
                &'a self,
                statement: &'a str,
                types: &'a [Type],
            ) -> Asking<'a, Statement> {
                Box::pin($prepare_typed(self, statement, types))
            }
        }
    };
}

use pooled::ClientWrapper;
use tokio_postgres::{Client, Transaction};

measured!(pooled::Client, Client, ClientWrapper::prepare_cached, ClientWrapper::prepare_typed_cached);
measured!(
    pooled::Transaction<'_>,
    Transaction,
    pooled::Transaction::prepare_cached,
    pooled::Transaction::prepare_typed_cached
);
// Outside the pool nothing is kept, and what is asked there is asked now and then.
measured!(Client, Client, Client::prepare, Client::prepare_typed);
measured!(Transaction<'_>, Transaction, Transaction::prepare, Transaction::prepare_typed);
