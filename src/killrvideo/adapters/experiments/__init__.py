"""Experiments through OpenFeature, with a provider of our own over the store."""

from killrvideo.adapters.experiments.open_feature import OpenFeatureExperiments

__all__ = ["OpenFeatureExperiments"]
