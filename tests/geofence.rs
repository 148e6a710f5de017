//! The geofence against an independent computation: the spherical law of
//! cosines here, haversine in the database.

use super::support::World;
use super::support::database::value;

fn by_cosines((lat1, lon1): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    let (a, b, d) = (lat1.to_radians(), lat2.to_radians(), (lon2 - lon1).to_radians());
    (a.sin() * b.sin() + a.cos() * b.cos() * d.cos()).clamp(-1.0, 1.0).acos() * 6_371_008.8
}

#[tokio::test]
async fn distances_agree_with_the_law_of_cosines_from_metres_to_antipodes() {
    let world = World::new().await;
    let mut app = world.app_as("north-admin").await;
    let places =
        [(41.0, -90.0), (41.003, -90.002), (-33.9, 151.2), (0.0, 179.9), (0.0, -179.9), (89.9, 10.0), (-41.0, 90.0)];
    for from in places {
        for to in places {
            let found: f64 =
                value(&mut app, &format!("SELECT medstint.distance_m({}, {}, {}, {})", from.0, from.1, to.0, to.1))
                    .await;
            let expected = by_cosines(from, to);
            // The law of cosines loses digits where two places nearly coincide.
            assert!((found - expected).abs() < 1.0 + expected * 1e-6, "{from:?} {to:?}: {found} {expected}");
        }
    }
}

#[tokio::test]
async fn verdicts_at_just_under_and_just_over_each_bound() {
    let world = World::new().await;
    let mut app = world.app_as("north-admin").await;
    // One degree of latitude is 111,195.08 m; the radius is 100 m.
    let north_of_it = |metres: f64| 41.0 + metres / 111_195.080_2;
    for (metres, accuracy, verdict) in [
        (80.0, "19.9", "INSIDE"),
        (80.0, "20.1", "LIKELY"),
        (99.9, "50", "LIKELY"),
        (100.1, "50", "UNCERTAIN"),
        (119.9, "20", "UNCERTAIN"),
        (120.1, "20", "OUTSIDE"),
        (199.9, "100", "UNCERTAIN"),
        (150.0, "101", "POOR"),
        (201.0, "5000", "OUTSIDE"),
        (50.0, "NULL", "LIKELY"),
        (201.0, "NULL", "OUTSIDE"),
    ] {
        let sql = format!(
            "SELECT verdict FROM medstint.location_verdict('north-site', {:.8}, -90.0, {accuracy})",
            north_of_it(metres)
        );
        assert_eq!(value::<String>(&mut app, &sql).await, verdict, "{metres} m ± {accuracy} m");
    }
    for (site, position, verdict) in [("north-site", "NULL, NULL", "NONE"), ("no-such-site", "41, -90", "UNCONFIGURED")]
    {
        let sql = format!("SELECT verdict FROM medstint.location_verdict('{site}', {position}, 10)");
        assert_eq!(value::<String>(&mut app, &sql).await, verdict);
    }
}
