"""the first schema

Revision: 0001: the beginning. A migration imports nothing of pressctl: it must do tomorrow what it did today.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_entry",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("command", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'", name=op.f("ck_log_entry_hash_hex")
        ),
        sa.CheckConstraint(
            "length(prev) = 64 AND prev NOT GLOB '*[^0-9a-f]*'", name=op.f("ck_log_entry_prev_hex")
        ),
        sa.CheckConstraint("json_valid(changes)", name=op.f("ck_log_entry_changes_json")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_log_entry_hash")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_entry_command"), ["command"], unique=False)
        batch_op.create_index(batch_op.f("ix_log_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("amends", sa.Boolean(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'", name=op.f("ck_notice_sha256_hex")
        ),
        sa.CheckConstraint("json_valid(days)", name=op.f("ck_notice_days_json")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_year"), ["year"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("birth", sa.String(), nullable=True),
        sa.Column("ethnicity", sa.String(), nullable=True),
        sa.Column("politics", sa.String(), nullable=True),
        sa.Column("education", sa.String(), nullable=True),
        sa.Column("office_phone", sa.String(), nullable=True),
        sa.Column("mobile", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("qq", sa.String(), nullable=True),
        sa.Column("resume", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "birth IS NULL OR birth GLOB '[12][0-9][0-9][0-9]-[01][0-9]'", name=op.f("ck_person_birth_month")
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_person_name_said")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_name"), ["name"], unique=False)

    op.create_table(
        "profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.CheckConstraint(
            "length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'", name=op.f("ck_profile_sha256_hex")
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_profile_name_said")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("name", name=op.f("uq_profile_name")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("remark", sa.String(), nullable=True),
        sa.CheckConstraint(
            "role IN ('spokesperson', 'liaison', 'media_lead', 'office_director', 'chief_leader', 'deputy_leader')",
            name=op.f("ck_appointment_role_known"),
        ),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_appointment_title_said")),
        sa.CheckConstraint(
            "since IS NULL OR until IS NULL OR since <= until", name=op.f("ck_appointment_span_forward")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_appointment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_appointment_open",
            ["person_id", "unit_id", "role"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "release",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("planned_at", sa.Date(), nullable=True),
        sa.Column("at", sa.Time(), nullable=True),
        sa.Column("in_bureau_name", sa.Boolean(), nullable=False),
        sa.Column("key_matter", sa.Boolean(), nullable=False),
        sa.Column("wide_impact", sa.Boolean(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("categories", sa.String(), nullable=False),
        sa.Column("venue", sa.String(), nullable=True),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("liaison_id", sa.Integer(), nullable=True),
        sa.Column("liaison", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("media", sa.String(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_reason", sa.String(), nullable=True),
        sa.Column("consulted_on", sa.Date(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("close_reason", sa.String(), nullable=True),
        sa.Column("resume_at", sa.String(), nullable=True),
        sa.Column("local_unit_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.CheckConstraint("categories NOT GLOB '*[^1-8,]*'", name=op.f("ck_release_categories_known")),
        sa.CheckConstraint("filed_on IS NOT NULL OR status <> 'filed'", name=op.f("ck_release_filed_dated")),
        sa.CheckConstraint(
            "form IN ('conference', 'briefing', 'written')", name=op.f("ck_release_form_known")
        ),
        sa.CheckConstraint(
            "held_on IS NOT NULL OR status NOT IN ('held', 'archived')", name=op.f("ck_release_held_dated")
        ),
        sa.CheckConstraint("nature IN ('comprehensive', 'special')", name=op.f("ck_release_nature_known")),
        sa.CheckConstraint(
            "occasion IN ('periodic', 'major', 'opinion', 'emergency', 'own')",
            name=op.f("ck_release_occasion_known"),
        ),
        sa.CheckConstraint(
            "ref GLOB '[12][0-9][0-9][0-9]-[0-9][0-9][0-9]*'", name=op.f("ck_release_ref_form")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'submitted', 'reviewed', 'approved', 'filed', 'held', 'archived', 'returned', 'withdrawn', 'rejected', 'cancelled')",
            name=op.f("ck_release_status_known"),
        ),
        sa.CheckConstraint(
            "submitted_on IS NOT NULL OR status NOT IN ('submitted', 'reviewed', 'approved')",
            name=op.f("ck_release_submitted_dated"),
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_release_name_said")),
        sa.CheckConstraint(
            "urgent = 0 OR (urgent_reason IS NOT NULL AND consulted_on IS NOT NULL)",
            name=op.f("ck_release_urgent_proved"),
        ),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_release_host_id")),
        sa.ForeignKeyConstraint(["liaison_id"], ["person.id"], name=op.f("fk_release_liaison_id")),
        sa.ForeignKeyConstraint(["local_unit_id"], ["unit.id"], name=op.f("fk_release_local_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_release_unit_id")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_release")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_on"), ["on"], unique=False)
        batch_op.create_index(batch_op.f("ix_release_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_release_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(alias)) > 0", name=op.f("ck_unit_alias_alias_said")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_alias_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_alias")),
        sa.UniqueConstraint("alias", name=op.f("uq_unit_alias_alias")),
    )
    with op.batch_alter_table("unit_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_alias_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("office", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('bureau', 'county_bureau', 'sub_bureau', 'detachment', 'division', 'station')",
            name=op.f("ck_unit_period_kind_known"),
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_unit_period_name_said")),
        sa.CheckConstraint(
            "since IS NULL OR until IS NULL OR since <= until", name=op.f("ck_unit_period_span_forward")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_period_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_period_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_period")),
    )
    with op.batch_alter_table("unit_period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_period_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_unit_period_name_open", ["name"], unique=True, sqlite_where=sa.text("until IS NULL")
        )
        batch_op.create_index(
            "uq_unit_period_unit_id_open", ["unit_id"], unique=True, sqlite_where=sa.text("until IS NULL")
        )

    op.create_table(
        "approval_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("on_behalf_of", sa.String(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decision = 'agree' OR length(trim(opinion)) > 0", name=op.f("ck_approval_step_opinion_given")
        ),
        sa.CheckConstraint(
            "decision IN ('agree', 'return', 'reject')", name=op.f("ck_approval_step_decision_known")
        ),
        sa.CheckConstraint(
            "role IS NULL OR role IN ('spokesperson', 'liaison', 'media_lead', 'office_director', 'chief_leader', 'deputy_leader')",
            name=op.f("ck_approval_step_role_known"),
        ),
        sa.CheckConstraint("step IN ('unit', 'office', 'leader')", name=op.f("ck_approval_step_step_known")),
        sa.CheckConstraint("length(trim(by)) > 0", name=op.f("ck_approval_step_by_said")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_step_person_id")),
        sa.ForeignKeyConstraint(["ref"], ["release.ref"], name=op.f("fk_approval_step_ref")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_approval_step_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_step")),
        sa.UniqueConstraint("ref", "seq", name=op.f("uq_approval_step_ref_seq")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('programme', 'source_material', 'press_text', 'line', 'other')",
            name=op.f("ck_attachment_kind_known"),
        ),
        sa.CheckConstraint(
            "length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'", name=op.f("ck_attachment_sha256_hex")
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_attachment_name_said")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_attachment_size_counted")),
        sa.ForeignKeyConstraint(["ref"], ["release.ref"], name=op.f("fk_attachment_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_ref"), ["ref"], unique=False)

    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('filed', 'archived', 'statement', 'half_year', 'meeting', 'training', 'line', 'coorganise', 'joint', 'office_setup', 'county_system', 'registration', 'roster', 'assessment', 'trigger', 'waiver', 'delegation', 'reminder', 'freeze')",
            name=op.f("ck_record_kind_known"),
        ),
        sa.CheckConstraint(
            "sha256 IS NULL OR (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*')",
            name=op.f("ck_record_sha256_hex"),
        ),
        sa.CheckConstraint("json_valid(data)", name=op.f("ck_record_data_json")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_record_person_id")),
        sa.ForeignKeyConstraint(["ref"], ["release.ref"], name=op.f("fk_record_ref")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_record_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_ref"), ["ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "release_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.CheckConstraint("part IN ('business', 'joint')", name=op.f("ck_release_unit_part_known")),
        sa.ForeignKeyConstraint(["ref"], ["release.ref"], name=op.f("fk_release_unit_ref")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_release_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_unit")),
        sa.UniqueConstraint("ref", "unit_id", "part", name=op.f("uq_release_unit_ref_unit_id_part")),
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("actual", sa.Boolean(), nullable=False),
        sa.Column("substitute_for", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "seat IN ('host', 'presenter', 'answerer', 'attendee')", name=op.f("ck_seat_seat_known")
        ),
        sa.CheckConstraint(
            "substitute_for IS NULL OR reason IS NOT NULL", name=op.f("ck_seat_substitution_explained")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_person_id")),
        sa.ForeignKeyConstraint(["ref"], ["release.ref"], name=op.f("fk_seat_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint(
            "ref", "seat", "person_id", "actual", name=op.f("uq_seat_ref_seat_person_id_actual")
        ),
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER log_entry_no_{verb.lower()} BEFORE {verb} ON log_entry "
            "BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END"
        )
