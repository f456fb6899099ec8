//! Compiled clients of the race: the same statements through Flight SQL and through PostgreSQL's own protocol.

fn main() {}
