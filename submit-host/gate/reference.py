"""Names that an expression may not refer to: nobody knows beforehand what there will be behind them, or how much.

A name that the submission does not set is HTCondor's or the machine's. Most of those are a number or a short text. These are
not: a text that grows each time it is made, a copy of one of the job's own expressions, or an expression of the
machine's that refers back to the job, so that each would evaluate the other.
"""

# Reasons quote expressions, and other reasons: HTCondor makes them of the job's own words.
REASON = 'reason'
# The program's path, and what HTCondor makes of the job's texts and expressions: by a rule of the schedd's, when it matches
# the job to a machine and would take it again, or when it spools.
JOB = frozenset(('cmd', 'gateleavejobinqueue', 'autoclusterattrs'))
JOB_PREFIXES = ('match_', 'negotiatormatchexpr', 'submit_', '_condor_', '_x_')
MACHINE = frozenset(
    'continue currentrank isowner isvalidcheckpointplatform kill machinemaxvacatetime maxjobretirementtime preempt rank '
    'requirements slotweight start suspend vacate wanthold wantholdsubcode wantsuspend wantvacate withinresourcelimits'.split()
)
MACHINE_PREFIXES = ('consumption',)


def machine_refusal(name):
    """Why TARGET.name is refused, in words that follow the attribute's; None where it is not."""
    if name in MACHINE or name.startswith(MACHINE_PREFIXES) or name.endswith(REASON):
        return 'refers to an expression of the machine: that refers back to the job'
    return None


def refusal(name):
    """The same of a name that the submission does not set: the job has it from HTCondor, or the machine."""
    if name.endswith(REASON):
        return 'refers to a reason, which has no bounded length: use HoldReasonCode and HoldReasonSubCode'
    if name in JOB or name.startswith(JOB_PREFIXES):
        return 'refers to a text that HTCondor makes of the job: refer to what it is made of'
    return machine_refusal(name)
