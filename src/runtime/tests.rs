use std::future::ready;

use chrono::TimeDelta;
use futures_util::stream;

use super::*;
use crate::tui::zone::Zone;

/// Counts its messages, and asks for another one with each.
#[derive(Default)]
struct Flood {
    taken: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    More,
    Quit,
}

impl Model for Flood {
    type Message = Said;
    type Effect = Said;

    fn update(&mut self, message: Said, _: Now) -> Vec<Said> {
        self.taken += 1;
        vec![message]
    }

    fn wakes_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::hours(1)
    }

    fn tick() -> Said {
        Said::More
    }

    fn told_to_end(&mut self, _: Now) -> Vec<Said> {
        vec![Said::More]
    }
}

/// Answers each effect at once; what is left at the end is told.
struct Echo(mpsc::Sender<Said>);

impl Effects<Flood> for Echo {
    fn start(&mut self, effect: Said) -> Started {
        if effect == Said::Quit {
            return Started::End;
        }
        self.0.try_send(effect).expect("room");
        Started::UnderWay
    }

    fn pending(&self) -> PendingWork {
        PendingWork::default()
    }

    async fn finish(self, mut answers: mpsc::Receiver<Said>) -> Vec<String> {
        std::iter::from_fn(|| answers.try_recv().ok()).map(|said| format!("{said:?}")).collect()
    }
}

/// Notes what had been taken in at each drawing, and quits at the third.
#[derive(Default)]
struct Drawings {
    taken: Vec<usize>,
    is_broken: bool,
}

impl Output<Flood> for Drawings {
    type Input = Said;

    fn interpret(&mut self, _: &Flood, input: Said) -> io::Result<Vec<Said>> {
        Ok(vec![input])
    }

    fn ready(&mut self, _: &PendingWork) -> impl Future<Output = ()> + Send {
        ready(())
    }

    fn show(&mut self, model: &Flood) -> io::Result<Vec<Said>> {
        if self.is_broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.taken.push(model.taken);
        Ok(if self.taken.len() == 3 { vec![Said::Quit] } else { Vec::new() })
    }

    fn redraw(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn perform(&mut self, _: TerminalRequest) -> io::Result<()> {
        Ok(())
    }
}

fn clock() -> Now {
    Now { at: DateTime::UNIX_EPOCH, zone: Zone::Utc }
}

fn flood(first: Vec<Said>) -> Program<Flood, Echo> {
    let (sender, answers) = mpsc::channel(4);
    Program { model: Box::default(), first, effects: Echo(sender), answers }
}

#[tokio::test]
async fn a_flood_of_answers_does_not_put_off_a_drawing() {
    let mut drawings = Drawings::default();
    let nothing = stream::pending::<Incoming<Said>>();
    let ended = run(flood(vec![Said::More]), nothing, &mut drawings, clock).await.expect("an orderly end");
    assert_eq!(ended.ending, Ending::ByPerson);
    assert!(drawings.taken.windows(2).all(|two| two[1] - two[0] <= AT_ONCE + 1), "{:?}", drawings.taken);
}

#[tokio::test]
async fn a_session_that_is_told_to_end_does_what_its_model_wants_done() {
    let inputs = stream::iter([Incoming::End]);
    let ended = run(flood(Vec::new()), inputs, &mut Drawings::default(), clock).await.expect("an orderly end");
    assert_eq!((ended.ending, ended.sentences), (Ending::Told, vec!["More".to_owned()]));
}

#[tokio::test]
async fn a_session_whose_output_nobody_reads_ends_in_order() {
    let mut broken = Drawings { is_broken: true, ..Drawings::default() };
    let nothing = stream::pending::<Incoming<Said>>();
    let ended = run(flood(Vec::new()), nothing, &mut broken, clock).await.expect("an orderly end");
    assert_eq!((ended.ending, ended.sentences), (Ending::Told, vec!["More".to_owned()]));
}
