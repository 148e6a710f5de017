//! All messages of the kiosk, in three languages. No other part of the kiosk contains text.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::domain::punch::Trouble;

/// The languages, by the codes that the configuration uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Es,
    Fr,
}

/// What is said; `{}` stands for what is filled in.
#[derive(Debug)]
pub struct Messages {
    /// The language in itself.
    pub name: &'static str,
    pub scan: &'static str,
    pub pin: &'static str,
    pub pin_hint: &'static str,
    pub busy: &'static str,
    pub clocked_in: &'static str,
    pub clocked_out: &'static str,
    /// In one word, large.
    pub word_in: &'static str,
    pub word_out: &'static str,
    /// Large, for a punch that is kept.
    pub word_saved: &'static str,
    pub word_no: &'static str,
    pub repeated: &'static str,
    pub today: &'static str,
    pub rotation: &'static str,
    pub saved: &'static str,
    pub saved_again: &'static str,
    pub refused: &'static str,
    pub refused_hint: &'static str,
    pub locked: &'static str,
    pub no_rotation: &'static str,
    pub no_rotation_elsewhere: &'static str,
    pub not_a_student: &'static str,
    pub outside: &'static str,
    pub ask_coordinator: &'static str,
    pub choose: &'static str,
    pub meal: &'static str,
    pub meal_hint: &'static str,
    pub stale: &'static str,
    pub stale_when: &'static str,
    pub stale_which: &'static str,
    pub stale_first: &'static str,
    pub stale_second: &'static str,
    pub stale_why: &'static str,
    pub stale_wrong: &'static str,
    /// Reasons that are chosen by their number.
    pub reasons: [&'static str; 3],
    pub new_pin: &'static str,
    pub new_pin_again: &'static str,
    pub new_pin_differs: &'static str,
    pub new_pin_wrong: &'static str,
    pub cannot_keep: &'static str,
    pub trouble_corrupt: &'static str,
    pub trouble_full: &'static str,
    pub trouble_unwritable: &'static str,
    pub revoked: &'static str,
    pub online: &'static str,
    /// Over a path that others may read or answer.
    pub online_insecure: &'static str,
    pub offline: &'static str,
    pub saved_here: &'static str,
    pub connecting: &'static str,
    pub waiting: &'static str,
    pub enrol: &'static str,
    pub enrol_wrong: &'static str,
    pub enrol_unknown: &'static str,
    pub unreachable: &'static str,
    pub leave: &'static str,
    pub leave_refused: &'static str,
    pub leave_offline: &'static str,
    pub cancel: &'static str,
    pub enter: &'static str,
    pub too_long: &'static str,
    /// What was typed did not count: one line on the smallest screen.
    pub missed: &'static str,
    /// The same while what is typed does not count yet.
    pub missed_wait: &'static str,
    pub nothing_recorded: &'static str,
    pub scan_again: &'static str,
    pub uncertain: &'static str,
    pub uncertain_hint: &'static str,
    pub not_ready: &'static str,
    pub too_small: &'static str,
    days: [&'static str; 7],
    months: [&'static str; 12],
    /// Day of the week, day, month.
    date: fn(&str, u32, &str) -> String,
}

impl Language {
    /// What is said in it.
    #[must_use]
    pub fn messages(self) -> &'static Messages {
        match self {
            Self::En => &ENGLISH,
            Self::Es => &SPANISH,
            Self::Fr => &FRENCH,
        }
    }

    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        Self::VARIANTS[(self as usize + 1) % Self::VARIANTS.len()]
    }
}

impl Messages {
    /// `Monday 23 November`, at the site.
    #[must_use]
    pub fn day(&self, at: DateTime<Utc>, zone: Tz) -> String {
        let there = at.with_timezone(&zone);
        let day = self.days[there.weekday().num_days_from_monday() as usize];
        (self.date)(day, there.day(), self.months[there.month0() as usize])
    }

    /// What is wrong with the journal.
    #[must_use]
    pub fn trouble(&self, trouble: Trouble) -> &'static str {
        match trouble {
            Trouble::Corrupt => self.trouble_corrupt,
            Trouble::Full => self.trouble_full,
            Trouble::Unwritable => self.trouble_unwritable,
        }
    }
}

/// A sentence with its gaps filled in.
#[must_use]
pub fn filled(words: &str, parts: &[&str]) -> String {
    let mut filled = String::new();
    let mut parts = parts.iter();
    let mut rest = words;
    while let Some(at) = rest.find("{}") {
        filled.push_str(&rest[..at]);
        filled.push_str(parts.next().copied().unwrap_or_default());
        rest = &rest[at + 2..];
    }
    filled.push_str(rest);
    filled
}

static ENGLISH: Messages = Messages {
    name: "English",
    scan: "Scan your badge or type your number",
    pin: "Your PIN",
    pin_hint: "First time? Use the code from your coordinator",
    busy: "One moment …",
    clocked_in: "You are clocked in.",
    clocked_out: "You are clocked out.",
    word_in: "IN",
    word_out: "OUT",
    word_saved: "SAVED",
    word_no: "NO",
    repeated: "That was already recorded. Nothing was added.",
    today: "today {} h",
    rotation: "rotation {} of {} h",
    saved: "Saved, will be sent.",
    saved_again: "Already saved. Nothing was added.",
    refused: "Wrong number or PIN.",
    refused_hint: "No PIN yet? Ask your coordinator for a code.",
    locked: "Too many wrong PINs. Try again at {}.",
    no_rotation: "You have no active rotation here today.",
    no_rotation_elsewhere: "Your rotation is at {}, not here.",
    not_a_student: "This badge cannot clock in.",
    outside: "This kiosk is outside its site. No punch was recorded.",
    ask_coordinator: "Please tell your coordinator.",
    choose: "Which rotation? Its number and Enter",
    meal: "How long was your meal break, in minutes?",
    meal_hint: "0 for none. Recorded, not deducted.",
    stale: "You have been clocked in since {}.",
    stale_when: "When did you leave that day? For instance 1530",
    stale_which: "The clocks showed that time twice. Which one?",
    stale_first: "before the clocks changed",
    stale_second: "after the clocks changed",
    stale_why: "Why didn't you clock out?",
    stale_wrong: "That time is before you came, or later than now.",
    reasons: ["Forgot", "The kiosk did not work", "Called away"],
    new_pin: "Choose a PIN: four to eight digits",
    new_pin_again: "Repeat the PIN",
    new_pin_differs: "The PINs differ. Choose again.",
    new_pin_wrong: "PIN too easy, too short or as long as a student number. Choose another.",
    cannot_keep: "NOT recorded: there is no connection, and this device cannot save it.",
    trouble_corrupt: "This kiosk's journal is damaged.",
    trouble_full: "This kiosk's journal is full.",
    trouble_unwritable: "This kiosk's journal can't be written.",
    revoked: "This kiosk was switched off.",
    online: "online",
    online_insecure: "online, connection not secure",
    offline: "no connection since {}",
    saved_here: "Punches are saved here and sent later.",
    connecting: "connecting …",
    waiting: "{} waiting to be sent",
    enrol: "Type the one-time code for this kiosk",
    enrol_wrong: "Invalid or expired code. Ask for a new one.",
    enrol_unknown: "The connection was lost. The code may be used up: ask for a new one.",
    unreachable: "The database cannot be reached.",
    leave: "To close this kiosk: an administrator's address or badge",
    leave_refused: "Not an administrator's PIN.",
    leave_offline: "The kiosk must be online.",
    cancel: "Esc: start again",
    enter: "Enter",
    too_long: "Unknown badge or number.",
    missed: "That didn't count. Try again.",
    missed_wait: "That didn't count. Wait a second.",
    nothing_recorded: "Nothing was recorded.",
    scan_again: "Scan your badge again.",
    uncertain: "NOT recorded: this number can't be checked while offline.",
    uncertain_hint: "Scan your badge instead of typing it.",
    not_ready: "NOT recorded: this kiosk has never reached its database.",
    too_small: "This screen is too small.",
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    date: |day, number, month| format!("{day} {number} {month}"),
};

static SPANISH: Messages = Messages {
    name: "Español",
    scan: "Pase su tarjeta o escriba su número",
    pin: "Su PIN",
    pin_hint: "La primera vez: el código de su coordinador",
    busy: "Un momento …",
    clocked_in: "Su entrada está registrada.",
    clocked_out: "Su salida está registrada.",
    word_in: "ENTRADA",
    word_out: "SALIDA",
    word_saved: "GUARDADO",
    word_no: "NO",
    repeated: "Ya estaba registrado. No se añadió nada.",
    today: "hoy {} h",
    rotation: "rotación {} de {} h",
    saved: "Guardado, se enviará.",
    saved_again: "Ya estaba guardado. No se añadió nada.",
    refused: "El número o el PIN no es correcto.",
    refused_hint: "¿Aún sin PIN? Pida un código a su coordinador.",
    locked: "Demasiados PIN incorrectos. Pruebe de nuevo a las {}.",
    no_rotation: "Hoy no tiene una rotación activa aquí.",
    no_rotation_elsewhere: "Su rotación es en {}, no aquí.",
    not_a_student: "Esta tarjeta no puede registrar horas.",
    outside: "Este terminal no está en su sitio. No se registró nada.",
    ask_coordinator: "Avise a su coordinador, por favor.",
    choose: "¿Qué rotación? Su número y Enter",
    meal: "¿Cuántos minutos duró su pausa para comer?",
    meal_hint: "0 si no hubo. Se anota y no se descuenta.",
    stale: "Su entrada sigue abierta desde {}.",
    stale_when: "¿A qué hora salió ese día? Por ejemplo 1530",
    stale_which: "El reloj marcó esa hora dos veces. ¿Cuál fue?",
    stale_first: "antes del cambio de hora",
    stale_second: "después del cambio de hora",
    stale_why: "¿Por qué no se registró?",
    stale_wrong: "Esa hora es anterior a su entrada o posterior a ahora.",
    reasons: ["Lo olvidé", "El terminal no funcionaba", "Tuve que irme de urgencia"],
    new_pin: "Elija un PIN: de cuatro a ocho cifras",
    new_pin_again: "El mismo PIN otra vez",
    new_pin_differs: "No son iguales. Elija de nuevo.",
    new_pin_wrong: "PIN demasiado fácil o corto, o tan largo como un número de alumno. Elija otro.",
    cannot_keep: "NO registrado: no hay conexión y este terminal no puede guardarlo.",
    trouble_corrupt: "Su memoria está dañada.",
    trouble_full: "Su memoria está llena.",
    trouble_unwritable: "No se puede escribir en su memoria.",
    revoked: "Este terminal fue desactivado.",
    online: "en línea",
    online_insecure: "en línea, conexión no segura",
    offline: "sin conexión desde las {}",
    saved_here: "Se guarda aquí y se envía después.",
    connecting: "conectando …",
    waiting: "{} por enviar",
    enrol: "Escriba el código de este terminal",
    enrol_wrong: "Ese código no vale. Pida otro.",
    enrol_unknown: "Se perdió la conexión. El código puede estar gastado: pida otro.",
    unreachable: "No se puede llegar a la base de datos.",
    leave: "Para cerrar: dirección o tarjeta de un administrador",
    leave_refused: "No es el PIN de un administrador.",
    leave_offline: "Solo con conexión.",
    cancel: "Esc: empezar de nuevo",
    enter: "Enter",
    too_long: "Eso no es una tarjeta.",
    missed: "No se tomó. Inténtelo otra vez.",
    missed_wait: "No se tomó. Espere un segundo.",
    nothing_recorded: "No se registró nada.",
    scan_again: "Pase su tarjeta otra vez.",
    uncertain: "NO registrado: sin conexión no se comprueba este número.",
    uncertain_hint: "Pase su tarjeta en vez de escribirlo.",
    not_ready: "NO registrado: este terminal aún no ha llegado a su base de datos.",
    too_small: "Esta pantalla es demasiado pequeña.",
    days: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    months: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    date: |day, number, month| format!("{day} {number} de {month}"),
};

static FRENCH: Messages = Messages {
    name: "Français",
    scan: "Passez votre badge ou tapez votre numéro",
    pin: "Votre code PIN",
    pin_hint: "La première fois : le code de votre coordinateur",
    busy: "Un instant …",
    clocked_in: "Votre arrivée est enregistrée.",
    clocked_out: "Votre départ est enregistré.",
    word_in: "ARRIVÉE",
    word_out: "DÉPART",
    word_saved: "GARDÉ",
    word_no: "NON",
    repeated: "C'était déjà enregistré. Rien n'a été ajouté.",
    today: "aujourd'hui {} h",
    rotation: "stage {} sur {} h",
    saved: "Enregistré ici, sera envoyé.",
    saved_again: "C'était déjà enregistré ici. Rien n'a été ajouté.",
    refused: "Le numéro ou le code PIN n'est pas correct.",
    refused_hint: "Pas encore de PIN ? Demandez un code à votre coordinateur.",
    locked: "Trop de codes faux. Réessayez à {}.",
    no_rotation: "Vous n'avez pas de stage actif ici aujourd'hui.",
    no_rotation_elsewhere: "Votre stage est à {}, pas ici.",
    not_a_student: "Ce badge ne peut pas pointer.",
    outside: "Cette borne n'est pas à sa place. Rien n'a été enregistré.",
    ask_coordinator: "Prévenez votre coordinateur, s'il vous plaît.",
    choose: "Quel stage ? Son numéro et Entrée",
    meal: "Combien de minutes a duré votre pause repas ?",
    meal_hint: "0 s'il n'y en a pas eu. C'est noté, et non déduit.",
    stale: "Votre arrivée est encore ouverte depuis {}.",
    stale_when: "À quelle heure êtes-vous parti ce jour-là ? Par exemple 1530",
    stale_which: "L'horloge a montré cette heure deux fois. Laquelle ?",
    stale_first: "avant le changement d'heure",
    stale_second: "après le changement d'heure",
    stale_why: "Pourquoi n'a-t-il pas été enregistré ?",
    stale_wrong: "Cette heure est avant votre arrivée, ou après maintenant.",
    reasons: ["Oublié", "La borne ne marchait pas", "Appelé ailleurs"],
    new_pin: "Choisissez un PIN : quatre à huit chiffres",
    new_pin_again: "Le même PIN encore une fois",
    new_pin_differs: "Ils ne sont pas identiques. Choisissez de nouveau.",
    new_pin_wrong: "PIN trop facile, trop court ou aussi long qu'un numéro d'étudiant. Choisissez-en un autre.",
    cannot_keep: "PAS enregistré : pas de connexion, et cette borne ne peut pas le garder.",
    trouble_corrupt: "Sa mémoire est abîmée.",
    trouble_full: "Sa mémoire est pleine.",
    trouble_unwritable: "Sa mémoire ne peut pas être écrite.",
    revoked: "Cette borne a été désactivée.",
    online: "en ligne",
    online_insecure: "en ligne, connexion non sécurisée",
    offline: "pas de connexion depuis {}",
    saved_here: "Tout est gardé ici et envoyé plus tard.",
    connecting: "connexion …",
    waiting: "{} à envoyer",
    enrol: "Tapez le code de cette borne",
    enrol_wrong: "Ce code n'est pas bon. Demandez-en un autre.",
    enrol_unknown: "La connexion a été perdue. Le code est peut-être déjà utilisé : demandez-en un autre.",
    unreachable: "La base de données ne répond pas.",
    leave: "Pour fermer : adresse ou badge d'un administrateur",
    leave_refused: "Ce n'est pas le PIN d'un administrateur.",
    leave_offline: "Seulement avec une connexion.",
    cancel: "Esc : recommencer",
    enter: "Entrée",
    too_long: "Ce n'est pas un badge.",
    missed: "Ce n'est pas pris. Réessayez.",
    missed_wait: "Ce n'est pas pris. Patientez.",
    nothing_recorded: "Rien n'a été enregistré.",
    scan_again: "Repassez votre badge.",
    uncertain: "PAS enregistré : numéro invérifiable sans connexion.",
    uncertain_hint: "Passez votre badge au lieu de le taper.",
    not_ready: "PAS enregistré : cette borne n'a jamais atteint sa base de données.",
    too_small: "Cet écran est trop petit.",
    days: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    date: |day, number, month| format!("{day} {number} {month}"),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_fills_the_same_gaps() {
        let gaps = |language: Language| {
            let w = language.messages();
            [w.today, w.rotation, w.locked, w.no_rotation_elsewhere, w.stale, w.offline, w.waiting]
                .map(|words| words.matches("{}").count())
        };
        for language in Language::VARIANTS {
            assert_eq!(gaps(*language), gaps(Language::En), "{}", language.messages().name);
        }
        assert_eq!(filled("{} of {} h", &["118.00", "160"]), "118.00 of 160 h");
    }

    #[test]
    fn a_day_is_said_in_its_language_at_the_site() {
        let at: DateTime<Utc> = "2026-11-24T03:00:00Z".parse().expect("an instant");
        let day = |language: Language| language.messages().day(at, chrono_tz::America::Chicago);
        assert_eq!(
            Language::VARIANTS.iter().map(|language| day(*language)).collect::<Vec<_>>(),
            ["Monday 23 November", "lunes 23 de noviembre", "lundi 23 novembre"]
        );
    }
}
