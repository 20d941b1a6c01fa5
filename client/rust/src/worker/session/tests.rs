use super::*;

fn run(token: u64) -> RunRef {
    RunRef {
        run_id: format!("0000000000208-{token}"),
        token,
    }
}

fn result(token: u64) -> Result {
    let outcome = Some(result::Outcome::Output("done".into()));
    Result {
        run: Some(run(token)),
        outcome,
        ..Default::default()
    }
}

/// Begins a run whose handler never ends.
fn take(session: &mut Session, token: u64) -> StopSignal {
    let stop = StopSignal::default();
    let handler = tokio::spawn(std::future::pending());
    session.took(
        run(token),
        InHand {
            stop: stop.clone(),
            handler,
        },
    );
    stop
}

/// A session whose first stream is welcomed.
fn session() -> Session {
    let mut session = Session::new(Hello {
        max_in_flight: 10,
        ..Default::default()
    });
    session.begin_stream();
    session.welcomed(Welcome {
        session_id: "s1".into(),
        ..Default::default()
    });
    session
}

fn next(session: &mut Session) -> Option<Message> {
    session.next().and_then(|request| request.message)
}

fn hello(session: &mut Session) -> Hello {
    match session.begin_stream().message {
        Some(Message::Hello(hello)) => hello,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_said_before_the_welcome() {
    let mut session = Session::new(Hello {
        max_in_flight: 10,
        ..Default::default()
    });
    assert_eq!(hello(&mut session).max_in_flight, 10);
    session.set_max_in_flight(20);
    session.drain();
    assert_eq!(session.next(), None);
    assert!(!session.may_close());
}

#[tokio::test]
async fn results_wait_to_be_acknowledged() {
    let mut session = session();
    take(&mut session, 1);
    session.answered(result(1));
    assert!(matches!(next(&mut session), Some(Message::Results(r)) if r.sequence == 1));
    assert!(!session.has_nothing_in_hand());
    session.acknowledged(1);
    assert!(session.has_nothing_in_hand());
    assert_eq!(session.next(), None);
}

#[tokio::test]
async fn what_is_not_in_hand_is_not_answered() {
    let mut session = session();
    take(&mut session, 1);
    session.answered(result(2));
    assert_eq!(session.next(), None);
    session.answered(result(1));
    session.answered(result(1));
    assert!(matches!(next(&mut session), Some(Message::Results(r)) if r.results.len() == 1));
}

#[test]
fn the_window_may_be_closed_after_the_hello() {
    let mut session = session();
    session.set_max_in_flight(0);
    assert_eq!(
        next(&mut session),
        Some(Message::Window(v1::Window { max_in_flight: 0 }))
    );
    assert_eq!(session.next(), None);
    assert_eq!(hello(&mut session).max_in_flight, 1);
    session.welcomed(Welcome::default());
    assert_eq!(
        next(&mut session),
        Some(Message::Window(v1::Window { max_in_flight: 0 }))
    );
}

#[tokio::test]
async fn a_drain_is_said_before_results_and_the_end_comes_after_them() {
    let mut session = session();
    take(&mut session, 1);
    session.answered(result(1));
    session.heartbeat();
    session.drain();
    assert!(matches!(next(&mut session), Some(Message::Drain(_))));
    assert!(!session.may_close());
    assert!(matches!(next(&mut session), Some(Message::Results(_))));
    assert_eq!(session.next(), None, "any message is a sign of life");
    session.acknowledged(1);
    assert!(session.may_close());
}

#[test]
fn a_heartbeat_is_said_once() {
    let mut session = session();
    session.heartbeat();
    assert!(matches!(next(&mut session), Some(Message::Heartbeat(_))));
    assert_eq!(session.next(), None);
}

#[tokio::test]
async fn a_new_stream_takes_the_session_up_again() {
    let mut session = session();
    let kept = take(&mut session, 1);
    let lost = take(&mut session, 2);
    take(&mut session, 3);
    session.answered(result(3));
    session.next();
    session.stream_ended();
    assert!(!session.is_welcomed());

    let hello = hello(&mut session);
    assert_eq!(hello.session_id, "s1");
    assert_eq!(hello.in_flight[0], run(3), "what is done comes first");
    assert_eq!(hello.in_flight.len(), 3);
    session.welcomed(Welcome {
        session_id: "s1".into(),
        kept: vec![run(1), run(3)],
        ..Default::default()
    });
    assert_eq!((kept.reason(), lost.reason()), (None, Some("STALE_TOKEN")));
    assert_eq!(session.in_flight(), 1);
    assert!(matches!(next(&mut session), Some(Message::Results(r)) if r.results == [result(3)]));
}

#[tokio::test]
async fn results_that_the_server_no_longer_wants_are_dropped() {
    let mut session = session();
    take(&mut session, 1);
    session.answered(result(1));
    session.stream_ended();
    session.begin_stream();
    session.welcomed(Welcome::default());
    assert_eq!(session.next(), None);
    assert!(session.has_nothing_in_hand());
}

#[tokio::test]
async fn cancels_reach_their_runs_alone() {
    let mut session = session();
    let (one, two) = (take(&mut session, 1), take(&mut session, 2));
    session.cancelled(&Cancels {
        runs: vec![run(1), run(9)],
        reason: "TIMEOUT".into(),
    });
    assert_eq!((one.reason(), two.reason()), (Some("TIMEOUT"), None));
}

#[tokio::test]
async fn stopping_gives_back_what_does_not_end() {
    let mut session = session();
    let stop = take(&mut session, 1);
    session.stop();
    assert_eq!(stop.reason(), Some("STOPPED"));
    session.abort_all();
    assert!(matches!(next(&mut session), Some(Message::Drain(_))));
    let Some(Message::Results(results)) = next(&mut session) else {
        panic!("no results")
    };
    assert_eq!(
        results.results[0].outcome,
        Some(result::Outcome::Released(()))
    );
}

#[test]
fn a_replaced_session_is_given_up() {
    let mut session = session();
    session.replaced();
    assert_eq!(hello(&mut session).session_id, "");
}
