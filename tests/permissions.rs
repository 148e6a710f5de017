//! What the console offers and what the database allows are one rule.

use medstint::domain::Role;
use strum::VariantArray;

use super::support::World;
use super::support::database::value;

#[tokio::test]
async fn the_undo_limits_of_the_console_are_those_of_the_database() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let decided = super::support::world::now();
    for role in Role::VARIANTS {
        let name: &str = (*role).into();
        let minutes: Option<i32> = value(
            &mut owner,
            &format!("SELECT extract(epoch FROM within)::integer / 60 FROM medstint.undo_limit('{name}')"),
        )
        .await;
        let may: bool = value(&mut owner, &format!("SELECT may FROM medstint.undo_limit('{name}')")).await;
        assert_eq!(role.may(medstint::domain::permission::Permission::UndoDecision), may, "{name}");
        let ours =
            role.undo_until(decided).map(|until| i32::try_from((until - decided).num_minutes()).expect("minutes"));
        assert_eq!(ours, minutes, "{name}");
    }
}
