"""The target-account list of a project, made on a cluster.

spark-submit examples/spark/target_accounts.py examples/fortune/abmkit.toml out
"""

from __future__ import annotations

import sys

from pyspark.sql import SparkSession

import abmkit

if __name__ == "__main__":
    config, folder = sys.argv[1:3]
    # abmkit works in the session that is there, with the master and memory that spark-submit set.
    spark = SparkSession.builder.appName("target accounts").getOrCreate()
    result = abmkit.run(config, output=folder, engine="spark")
    for stage in result.funnel.stages:
        print(f"{stage.count:>12,}  {stage.code}")
    # What a person opens is a file; the accounts are a folder of Parquet files, for Spark again.
    accounts = spark.read.parquet(f"{folder}/accounts.parquet")
    accounts.groupBy("tier").count().orderBy("tier").show()
    spark.stop()
