"""What is it worth to refine an estimate before deciding? Perfect, partial and sample information."""

from northing.science.information.choices import Alternatives, Budget, Choice, Picks, Rule, TopK
from northing.science.information.groups import group_information, results_information
from northing.science.information.partial import partial_information
from northing.science.information.problem import Input, Problem, Worth
from northing.science.information.studies import Study, StudyWorth, study_information

__all__ = [
    "Alternatives",
    "Budget",
    "Choice",
    "Input",
    "Picks",
    "Problem",
    "Rule",
    "Study",
    "StudyWorth",
    "TopK",
    "Worth",
    "group_information",
    "partial_information",
    "results_information",
    "study_information",
]
