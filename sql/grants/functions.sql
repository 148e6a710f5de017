-- What each role may call. Everything else is closed.

GRANT EXECUTE ON FUNCTION medstint.actor_version, medstint.applied_definitions, medstint.current_session_id,
  medstint.unmasked, medstint.visibilities_of, medstint.visibility TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.change_password, medstint.choose_password, medstint.reset_password TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.add_key, medstint.remove_key, medstint.set_authorities TO medstint_app;

-- Nothing else is open to the process that serves the console over SSH.
GRANT EXECUTE ON FUNCTION medstint.is_known_certificate, medstint.is_known_key, medstint.open_session_by_certificate,
  medstint.open_session_by_key TO medstint_serve;

-- Every role that writes a key computes the columns that follow from it.
GRANT EXECUTE ON FUNCTION medstint.key_algorithm TO medstint_web;

GRANT EXECUTE ON FUNCTION medstint.begin_sign_in, medstint.begin_unlock, medstint.finish_sign_in,
  medstint.finish_unlock, medstint.open_session, medstint.whoami TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.choose_school, medstint.choose_school_of_monitor, medstint.end_monitor,
  medstint.keep_monitor, medstint.lock_session, medstint.locked_session, medstint.revoke_session, medstint.sign_out,
  medstint.touch_session TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.second_person_refusals TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.hold_targets TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.week_of TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.missing_since, medstint.remind_of_clock_out,
  medstint.remind_of_rotation TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.clock_limits TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.decide_at_once, medstint.hold_records, medstint.make_decision TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.flags_if_corrected TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.are_flags_due, medstint.reflag_left, medstint.replay TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.remove_criterion TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.archive_deployment, medstint.deploy, medstint.roll_back TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.remind TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.enrol_kiosk, medstint.kiosk_hello, medstint.kiosks_of_school, medstint.leave_kiosk,
  medstint.make_enrolment_code, medstint.revoke_kiosk TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.begin_pin, medstint.make_pin_code, medstint.set_pin TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.kiosk_punch, medstint.sync_punches TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.discard_punch, medstint.resolve_punch TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.address_within, medstint.begin_export, medstint.end_export, medstint.report_denied,
  medstint.report_reading TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.report_verification, medstint.waiting_events, medstint.watch_audit TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.acknowledge_alert TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.listen, medstint.listen_for, medstint.listen_only TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.read_page, medstint.read_shared_page, medstint.read_shared_total,
  medstint.read_total TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.case_folded, medstint.folded_letters, medstint.hidden_characters,
  medstint.is_plain, medstint.json_type, medstint.search_key, medstint.tidied TO medstint_app, medstint_web;

GRANT EXECUTE ON FUNCTION medstint.current_school_id, medstint.current_user_id, medstint.enter, medstint.has_role,
  medstint.known_student_ids, medstint.own_rotation_ids, medstint.own_student_ids TO medstint_app, medstint_web;

GRANT EXECUTE ON FUNCTION medstint.day_of, medstint.day_start, medstint.days_move, medstint.first_instant,
  medstint.last_day TO medstint_app, medstint_web;

GRANT EXECUTE ON FUNCTION medstint.busiest TO medstint_app, medstint_web;

GRANT EXECUTE ON FUNCTION medstint.busiest_over TO medstint_app;

GRANT EXECUTE ON FUNCTION medstint.distance_m, medstint.location_verdict,
  medstint.with_approved_hours TO medstint_app, medstint_web;

GRANT EXECUTE ON FUNCTION medstint.waits TO medstint_app, medstint_web;

GRANT EXECUTE ON FUNCTION medstint.flag_severity, medstint.flags_by_now TO medstint_app, medstint_web;

GRANT EXECUTE ON FUNCTION medstint.reflag_due TO medstint_app, medstint_web;

GRANT EXECUTE ON FUNCTION medstint.answer, medstint.ask, medstint.decide_correction, medstint.propose_correction,
  medstint.withdraw_correction TO medstint_app, medstint_web;

GRANT EXECUTE ON FUNCTION medstint.schema_version TO medstint_app, medstint_web;
