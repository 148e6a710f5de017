DROP TABLE rubric_criteria;
DROP TABLE assessments;
DROP TABLE competency_assignments;
DROP TABLE competencies;
DROP TABLE competency_deployments;
DROP TABLE competency_templates;
